"""Accounts of the scale benchmark: each made once, in a data folder of its own, and measured again from there."""

import json
import os
import shutil
import subprocess
import sys
import time

import events
from service import AUDIT, ROOT, Service

FILL = ROOT / "target" / "release" / "fill"


# What making an account cost. It is written last: a folder without it is half made.
MADE = "made.json"
FILE = "audit.sqlite"


def name(size):
    return f"scale-{size}"


def prepare(data_dir, sizes, import_max):
    """Makes the accounts that are not there yet. Those of more than `import_max` events are put into the file directly."""
    rows = []
    for size in sizes:
        folder = data_dir / str(size)
        made = folder / MADE
        if not made.exists():
            make(folder, size, import_max)
        rows.append(json.loads(made.read_text()))
    return rows


def make(folder, size, import_max):
    folder.mkdir(parents=True, exist_ok=True)
    check_space(folder, size)
    row = imported(folder, size) if size <= import_max else filled(folder, size)
    row = {"events": size, **row, "file_bytes": (folder / FILE).stat().st_size}
    (folder / MADE).write_text(json.dumps(row, indent=1) + "\n")
    print(f"{size:,} events, by {row['by']}: {row['seconds']:.0f} s", flush=True)


def check_space(folder, size):
    there = (folder / FILE).stat().st_size if (folder / FILE).exists() else 0
    wanted, free = size * events.FILE_BYTES_PER_EVENT - there, shutil.disk_usage(folder).free
    if wanted > free:
        sys.exit(f"{size:,} events take {wanted / 1e9:.0f} GB more in {folder}, where {free / 1e9:.0f} are free")


def imported(folder, size):
    """Through `audit import`, as anybody would."""
    if (folder / FILE).exists():
        sys.exit(f"{folder} is half made, and half an import is no measure: remove what is in it")
    with Service(folder) as service:
        service.forget_peak()
        command = [AUDIT, "import", "events", "-", "--account", name(size), "--local", service.dynamodb_port]
        seconds, peak = feed(command, size)
        return {"by": "audit import", "seconds": seconds, "peak_mib": peak, "service_peak_mib": service.memory_mib("VmHWM")}


def filled(folder, size):
    """Through `bench/fill`, straight into the engine's file: no measure of an import. One that was ended goes on."""
    with Service(folder) as service:  # makes the table, if it is not there
        newest = service.audit("tail", "--account", name(size), "--lines", "1", "--json")
    first = events.number(json.loads(newest)["id"]) + 1 if newest else 0
    seconds, peak = feed([FILL, "--data-dir", folder, "--account", name(size)], size, first)
    return {"by": "fill", "seconds": seconds, "peak_mib": peak}


def feed(command, size, first=0):
    """Runs a command on the events from that one on. Returns its seconds and the most memory that it had, in MiB."""
    started = time.monotonic()
    taker = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        events.write(size, taker.stdin, first)
        taker.stdin.close()
    except BrokenPipeError:
        pass  # it ended early and has said why
    _, status, usage = os.wait4(taker.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0].name} failed")
    return time.monotonic() - started, usage.ru_maxrss / 1024
