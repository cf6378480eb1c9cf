"""What went over the wire: how many requests, how long they took, which failed, and when a restart was under way."""

import statistics
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Iterator


@dataclass(frozen=True)
class Failure:
    """A request that was answered with a 5xx or not at all."""

    sent: float
    ended: float
    what: str


@dataclass
class Window:
    """A time in which requests may fail; its end is open while the restart is under way."""

    what: str
    began: float
    ended: float | None = None

    def excuses(self, failure: Failure) -> bool:
        """Whether the request was under way at that time."""
        return failure.ended >= self.began and (self.ended is None or failure.sent <= self.ended)


@dataclass
class Traffic:
    """All of it; many threads write it."""

    answers: Counter[str] = field(default_factory=Counter)
    took_s: dict[str, list[float]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    retries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, kind: str, status: int, sent: float) -> None:
        """A request has its answer."""
        ended = time.monotonic()
        with self._lock:
            self.answers[f"{kind} {status}"] += 1
            self.took_s.setdefault(kind, []).append(ended - sent)
            if status >= 500:
                self.failures.append(Failure(sent, ended, f"{kind}: {status}"))

    def lost(self, kind: str, error: Exception, sent: float) -> None:
        """A request has no answer."""
        with self._lock:
            self.answers[f"{kind} lost"] += 1
            self.failures.append(Failure(sent, time.monotonic(), f"{kind}: {type(error).__name__}: {error}"))

    def retried(self) -> None:
        """A request is sent again."""
        with self._lock:
            self.retries += 1

    @contextmanager
    def window(self, what: str, grace_s: float) -> Iterator[None]:
        """While it lasts, and for a moment after, requests may fail."""
        window = Window(what, time.monotonic())
        self.windows.append(window)
        yield
        window.ended = time.monotonic() + grace_s

    def inexcusable(self) -> list[str]:
        """Failures at times when nothing was restarted."""
        bad = [failure for failure in self.failures if not any(window.excuses(failure) for window in self.windows)]
        return [f"failed while nothing was restarted: {failure.what}" for failure in bad]

    def report(self) -> list[str]:
        """For a reader; the times are this machine's and decide nothing."""
        lines = [f"{count:>8} {what}" for what, count in sorted(self.answers.items())]
        lines.append(f"{sum(self.answers.values()):>8} requests, {self.retries} of them sent again")
        for kind, times in sorted(self.took_s.items()):
            p99 = statistics.quantiles(times, n=100)[98] if len(times) > 1 else times[0]
            lines.append(f"{kind}: p50 {statistics.median(times) * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms")
        restarts = Counter(window.what for window in self.windows)
        return lines + [f"{count:>8} x {what}" for what, count in sorted(restarts.items())]
