"""The search of what the Rust and Node suites print and log finds what is there."""

import base64
from pathlib import Path

import pytest

import search_leaks
from server import REPO


@pytest.mark.parametrize(
    "line",
    [
        "token=client-1.never-to-be-logged-00000000000000a7",
        base64.b64encode(b"client-1:never-to-be-logged-00000000000000a7").decode(),
        "demo.local-demo-secret",
    ],
)
def test_a_secret_is_found(tmp_path: Path, line: str, capsys: pytest.CaptureFixture):
    clean, dirty = tmp_path / "clean", tmp_path / "dirty"
    clean.write_text("all is well\n")
    dirty.write_text(f"all is well\n{line}\n")

    assert search_leaks.main([str(clean)]) == 0
    assert search_leaks.main([str(clean), str(dirty)]) == 1

    said = capsys.readouterr().err
    assert str(dirty) in said and "never-to-be-logged" not in said and "local-demo-secret" not in said


def test_a_log_that_was_not_written_is_no_clean_log(tmp_path: Path):
    (tmp_path / "empty").touch()
    assert search_leaks.main([str(tmp_path / "empty")]) == 2


def test_the_mark_is_that_of_the_rust_suite():
    assert 'SECRET_MARK: &str = "never-to-be-logged-"' in (REPO / "tests" / "src" / "account.rs").read_text()
    assert "never-to-be-logged-" in search_leaks.SECRETS
