"""The logs that the stage has made, and a copy of one to change."""

import os
import pathlib
import shutil

import pytest

MADE = pathlib.Path(os.environ["VERIFIED_LOGS"])


@pytest.fixture(scope="session")
def key() -> str:
    """The verifier key of all logs."""
    return (MADE / "key").read_text()


@pytest.fixture
def export(tmp_path: pathlib.Path) -> pathlib.Path:
    """An export of 300 rounds and an account of 257 entries: of each tree, tiles of two levels, full and not."""
    return pathlib.Path(shutil.copytree(MADE / "257-300" / "export", tmp_path / "export"))
