"""`audit serve` with a data folder, which is killed and stopped under load, and started again on the same data."""

import random
import signal

from server import Server
from traffic import Traffic

# Seconds after a restart in which a client's attempt may still meet a connection to the process before.
GRACE_SECONDS = 1
PAUSE_SECONDS = (8, 15)


class Served:
    """The service in one process."""

    name = "audit serve"
    clients_per_account = 2
    has_queue = False

    def __init__(self):
        self.server = Server(demo=False)
        self.url, self.headers = self.server.url, dict[str, str]()
        self.create_credential, self.import_events = self.server.create_credential, self.server.import_events

    def pause(self, rng: random.Random) -> float:
        """How long it runs between two restarts."""
        return rng.uniform(*PAUSE_SECONDS)

    def restart(self, rng: random.Random, traffic: Traffic) -> None:
        """Ends the process, now politely, now not, and starts it again on the same data."""
        how = rng.choice([signal.SIGKILL, signal.SIGTERM])
        with traffic.window(f"{how.name} and start on the same data", GRACE_SECONDS):
            status = self.server.end(how)
            expected = 0 if how is signal.SIGTERM else -how
            assert status == expected, f"{how.name} ended it with {status}: {self.server.output()[-2_000:]}"
            self.server.start()

    def drain(self) -> list[str]:
        """Nothing waits anywhere."""
        return []

    def stop(self) -> None:
        """Ends it; what it printed and stored is searched for secrets."""
        assert "panicked" not in self.server.output(), self.server.output()[-2_000:]
        self.server.stop()
