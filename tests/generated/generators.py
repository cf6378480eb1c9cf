"""Runs the generators of clients on `openapi.yaml`, as a stranger who found the document would."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server import REPO

HERE = Path(__file__).parent
DOCUMENT = REPO / "openapi.yaml"
# What the generators write. It is made anew in each run, and stays there to be read after a failure.
MADE = HERE / "made"
NODE_TOOLS = HERE / "node_modules" / ".bin"
RUN_SECONDS_MAX = 300

# The compiler that saves the most time in a run of seconds, and the languages that one run makes.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
OPENAPI_GENERATOR_LANGUAGES = {
    "python": {"packageName": "audit_trail"},
    "rust": {"packageName": "audit-trail"},
    "typescript-fetch": {},
    "go": {"packageName": "audittrail", "disallowAdditionalPropertiesIfNotPresent": False},
}

# CI must have Java; elsewhere the tests that need it say that they were left out.
needs_java = pytest.mark.skipif(
    shutil.which("java") is None and os.environ.get("CI") != "true", reason="openapi-generator needs Java, which is not installed"
)


def run_openapi_generator() -> Path:
    """Makes the clients of all languages in one run of Java; each is in the folder of its language."""
    home = emptied("openapi-generator")
    configurations = []
    for language, properties in OPENAPI_GENERATOR_LANGUAGES.items():
        configuration = home / f"{language}.json"
        chosen = {"generatorName": language, "inputSpec": str(DOCUMENT), "outputDir": str(home / language)}
        configuration.write_text(json.dumps(chosen | {"additionalProperties": properties}), encoding="utf-8")
        configurations.append(configuration)
    tool = Path(sys.executable).with_name("openapi-generator-cli")
    run(tool, "batch", "--fail-fast", *configurations, environment={"JAVA_TOOL_OPTIONS": JAVA_OPTIONS})
    return home


def run_openapi_python_client() -> Path:
    """Makes the package `audit_trail_client`, and returns the folder that holds it."""
    home = emptied("openapi-python-client")
    configuration = home / "configuration.yaml"
    # It knows JSON, text and bytes, and an answer of the log is lines of JSON alone.
    lines_are_text = "content_type_overrides: {application/x-ndjson: text/plain}"
    configuration.write_text(f"post_hooks: []\n{lines_are_text}\n", encoding="utf-8")
    tool = Path(sys.executable).with_name("openapi-python-client")
    printed = run(tool, "generate", "--path", DOCUMENT, "--output-path", home / "client", "--config", configuration, "--fail-on-warning")
    assert "warning" not in printed.lower(), printed
    return home / "client"


def run_openapi_typescript() -> Path:
    """Makes the types that `openapi_fetch/journey.ts` imports, and returns their file."""
    types = emptied("openapi-typescript") / "schema.ts"
    run(NODE_TOOLS / "openapi-typescript", DOCUMENT, "--output", types)
    return types


def emptied(name: str) -> Path:
    """A folder of what is made, without what an earlier run left in it."""
    folder = MADE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run(*command: str | Path, environment: dict[str, str] = {}, cwd: Path = HERE) -> str:
    """Runs a command, and returns what it printed; fails with it if the command does."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=RUN_SECONDS_MAX,
    )
    assert done.returncode == 0, done.stdout[-10_000:]
    return done.stdout
