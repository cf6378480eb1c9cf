"""The programs around what others wrote: each is given a file or folder and a key, and accepts or refuses it."""

import os
import pathlib
import subprocess
from typing import NamedTuple

import pytest

HERE = pathlib.Path(__file__).parent
SECONDS_MAX = 120


class Verifier(NamedTuple):
    """A program, and the kinds of things that it reads."""

    name: str
    command: list[str]
    reads: set[str]

    def refusal(self, kind: str, path: pathlib.Path, key: str) -> str | None:
        """Why it refuses something; None if it accepts it. An end that is neither is no answer, and fails."""
        command = [*self.command, kind, str(path), key]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
        verdict, _, reason = ran.stdout.partition(": ")
        assert (ran.returncode, verdict) in {(0, "accepted"), (1, "refused")}, f"{ran.stdout}\n{ran.stderr}"
        return None if ran.returncode == 0 else reason.strip()


def program(variable: str) -> list[str]:
    """What the stage has built; nothing where it could not."""
    return [os.environ[variable]] if variable in os.environ else []


ALL = [
    Verifier("go", program("GO_VERIFIER"), {"export", "proof", "no-head"}),
    Verifier("rust", program("RUST_VERIFIER"), {"export", "proof", "no-head"}),
    # It hashes leaves itself, so that nothing can be said to it of an empty place in the map, and it does not read tiles.
    Verifier("sigstore", ["node", str(HERE / "node" / "verify.mjs")], {"proof"}),
]


def that_read(kind: str) -> list:
    """As parameters of a test: the verifiers that read a kind of thing."""
    return [
        pytest.param(
            verifier,
            id=verifier.name,
            marks=pytest.mark.skipif(not verifier.command, reason=f"there is no {verifier.name} here"),
        )
        for verifier in ALL
        if kind in verifier.reads
    ]
