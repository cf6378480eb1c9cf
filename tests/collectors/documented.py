"""The files of docs/collect, which are run as they stand there."""

import os
import subprocess
import sys
from pathlib import Path

from account import PAGE_EVENTS, Account
from server import REPO

FOLDER = REPO / "docs" / "collect"
PROGRAMS = Path(sys.executable).parent
RUN_SECONDS_MAX = 120

# What stands in the files, so that they run as they are against `audit serve`.
URL, TOKEN, LIMIT = "http://127.0.0.1:3000", "demo.local-demo-secret", "limit=1000"


def text(name: str, account: Account, changes: dict[str, str] = {}) -> str:
    """A file with that account's URL and token, and with pages of 100 events."""
    written = (FOLDER / name).read_text(encoding="utf-8")
    for old, new in {URL: account.url, TOKEN: account.credential.token, LIMIT: f"limit={PAGE_EVENTS}", **changes}.items():
        written = written.replace(old, new)
    return written


def copy(name: str, folder: Path, account: Account, changes: dict[str, str] = {}) -> Path:
    """Puts a file so changed into a folder."""
    target = folder / Path(name).name
    target.write_text(text(name, account, changes), encoding="utf-8")
    return target


def run(folder: Path, *command: str | Path, env: dict[str, str] = {}) -> str:
    """Runs a program in a folder that is its home too, and returns what it prints; fails if the program does."""
    done = subprocess.run(command, cwd=folder, env=environment(folder) | env, capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{done.stdout[-4_000:]}\n{done.stderr[-4_000:]}"
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """This process's, with bytecode kept, without which dlt takes three times as long to start, and nothing sent to vendors."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"HOME": str(folder), "DLT_DATA_DIR": str(folder / "dlt"), "RUNTIME__DLTHUB_TELEMETRY": "false"}
