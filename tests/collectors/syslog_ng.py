"""syslog-ng, where SYSLOG_NG names one: a folder with the files of its package and of the libraries that it wants."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Iterator

from account import Event, row
from collectors import Curl
from documented import copy, environment
from server import AUDIT_BIN

HOME = Path(os.environ.get("SYSLOG_NG", "/nowhere"))
SECONDS_MAX = 30
# For as long nothing more may come, which would be something twice.
QUIET_SECONDS = 0.5


@contextlib.contextmanager
def running(folder: Path, config: Path, token: str) -> Iterator[None]:
    """syslog-ng with that configuration, and with what it remembers in that folder, until the end of the block."""
    modules = next(HOME.glob("usr/lib/**/libaffile.so")).parent
    libraries = {str(library.parent) for library in HOME.rglob("*.so*")}
    options = [f"--module-path={modules}", f"--cfgfile={config}", f"--persist-file={folder / 'persist'}"]
    options += [f"--control={folder / 'control'}", f"--pidfile={folder / 'pid'}", "--foreground", "--no-caps"]
    own = {"LD_LIBRARY_PATH": ":".join(libraries), "AUDIT_TOKEN": token, "PATH": f"{AUDIT_BIN.parent}:{os.environ['PATH']}"}
    with open(folder / "syslog-ng.log", "ab") as log:
        process = subprocess.Popen(
            [HOME / "usr/sbin/syslog-ng", *options], cwd=folder, env=environment(folder) | own, stdout=log, stderr=log
        )
    try:
        yield
        assert process.poll() is None, (folder / "syslog-ng.log").read_text(encoding="utf-8")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS_MAX)


def lines(file: Path) -> list[str]:
    """The whole lines that a file has by now, if it is there."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return text.splitlines() if text.endswith("\n") else text.splitlines()[:-1]


def wait_for_lines(file: Path, count: int) -> list[str]:
    """All lines, once there are so many, and after a moment in which more could come."""
    deadline = time.monotonic() + SECONDS_MAX
    while len(lines(file)) < count:
        assert time.monotonic() < deadline, f"{len(lines(file))} of {count} lines in {file}"
        time.sleep(0.05)
    time.sleep(QUIET_SECONDS)
    return lines(file)


class SyslogNg(Curl):
    """syslog-ng, which reads the pages that `follow` has fetched, and keeps how far it has read them."""

    def run(self) -> list[Event]:
        shipped = self.folder / "shipped.ndjson"
        before = len(lines(shipped))
        expected = before + len(super().run())
        places = {"/var/lib/audit-trail": str(self.folder / "events"), "/var/log/audit-trail.ndjson": str(shipped)}
        config = copy("syslog-ng-files.conf", self.folder, self.account, places)
        with running(self.folder, config, self.account.credential.token):
            found = wait_for_lines(shipped, expected)
        return sorted(row(json.loads(line)) for line in found[before:])
