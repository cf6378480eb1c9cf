"""Result files: target/bench-results/NAME.json, with what was measured, on what, and when. `bench/report` reads them."""

import json
import os
import pathlib
import time

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "target" / "bench-results"


def machine():
    """Processor, cores and memory; nothing that names the machine."""
    info = pathlib.Path("/proc/cpuinfo").read_text()
    model = next((line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")), "unknown")
    memory_kib = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    load = os.getloadavg()[0]
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory_kib / 1024**2), "load": round(load, 1)}


def write(name, rows):
    """Writes a bench's rows, each `{"name", "value", "unit"}` and what else tells it from the others."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    measured = {"bench": name, "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": machine(),
                "rows": rows}
    file = FOLDER / f"{name}.json"
    file.write_text(json.dumps(measured, indent=1) + "\n")
    print(f"written: {file.relative_to(FOLDER.parent.parent)}")
