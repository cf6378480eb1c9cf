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
# The last events of an account that is put into the file directly are imported, to see what an import into it takes.
LAST_EVENTS = 100_000


def name(size):
    return f"scale-{size}"


def prepare(data_dir, sizes, import_max):
    """Makes the accounts that are not there yet. Those of more than `import_max` events are put into the file directly, but for
    their last ones."""
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
    row = whole_imported(folder, size) if size <= import_max else end_imported(folder, size)
    row = {"events": size, **row, "file_bytes": (folder / FILE).stat().st_size}
    (folder / MADE).write_text(json.dumps(row, indent=1) + "\n")
    print(f"{size:,} events, {row['imported']:,} of them by audit import in {row['seconds']:.0f} s", flush=True)


def check_space(folder, size):
    there = (folder / FILE).stat().st_size if (folder / FILE).exists() else 0
    wanted, free = size * events.FILE_BYTES_PER_EVENT - there, shutil.disk_usage(folder).free
    if wanted > free:
        sys.exit(f"{size:,} events take {wanted / 1e9:.0f} GB more in {folder}, where {free / 1e9:.0f} are free")


def whole_imported(folder, size):
    """Through `audit import`, as anybody would."""
    refuse_half_made(folder)
    with Service(folder) as service:
        return imported(service, size, 0)


def end_imported(folder, size):
    """Through `bench/fill`, straight into the engine's file with their log, and the last events through `audit import`."""
    refuse_half_made(folder)
    end = max(size - LAST_EVENTS, 0)
    with Service(folder) as service:
        service.audit("import", "events", "/dev/null", "--account", name(size), "--create-account")
    feed([FILL, "--data-dir", folder, "--account", name(size), "--with-log"], size, 0, end)
    with Service(folder) as service:
        service.wait_until_idle()
        return imported(service, size, end)


def refuse_half_made(folder):
    if (folder / FILE).exists():
        sys.exit(f"{folder} is half made, and half an import is no measure: remove what is in it")


def imported(service, size, first):
    """The events from that one on, through `audit import`."""
    service.forget_peak()
    command = [AUDIT, "import", "events", "-", "--account", name(size), "--create-account", "--local", service.dynamodb_port]
    seconds, peak = feed(command, size, first, size)
    return {"imported": size - first, "seconds": seconds, "peak_mib": peak, "service_peak_mib": service.memory_mib("VmHWM")}


def feed(command, size, first, end, line=events.line):
    """Runs a command on the events from one up to another. Returns its seconds and the most memory that it had, in MiB."""
    started = time.monotonic()
    taker = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        events.write(size, taker.stdin, first, end, line)
        taker.stdin.close()
    except BrokenPipeError:
        pass  # it ended early and has said why
    _, status, usage = os.wait4(taker.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0].name} failed")
    return time.monotonic() - started, usage.ru_maxrss / 1024
