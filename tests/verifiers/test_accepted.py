"""What we export is accepted as it is, at every size; and a signature of somebody else's beside ours takes nothing away."""

import pathlib

import pytest

from conftest import MADE
from signing import KEY
from verifiers import Verifier, that_read

SIZES = ["1-1", "2-2", "255-3", "256-7", "257-300", "70000-2"]
UNKNOWN = "— example.org/witness AAAAAaHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh\n"


@pytest.mark.parametrize("verifier", that_read("export"))
@pytest.mark.parametrize("log", [*SIZES, "restarted", "nobody"])
def test_an_export_is_accepted(verifier: Verifier, log: str, key: str) -> None:
    assert verifier.refusal("export", MADE / log / "export", key) is None


@pytest.mark.parametrize("verifier", that_read("proof"))
@pytest.mark.parametrize("log", SIZES)
def test_every_proof_is_accepted(verifier: Verifier, log: str, key: str) -> None:
    proofs = sorted(path for path in (MADE / log / "proofs").iterdir() if path.name != "head-of-nobody")
    assert len(proofs) >= 3
    for proof in proofs:
        assert verifier.refusal("proof", proof, key) is None, proof.name


@pytest.mark.parametrize("verifier", that_read("no-head"))
@pytest.mark.parametrize("log", SIZES)
def test_that_an_account_has_no_head_is_accepted(verifier: Verifier, log: str, key: str) -> None:
    assert verifier.refusal("proof", MADE / log / "proofs" / "head-of-nobody", key) is None


@pytest.mark.parametrize("verifier", that_read("proof"))
@pytest.mark.parametrize("first", [True, False], ids=["before ours", "behind ours"])
def test_an_unknown_signature_is_passed_over(verifier: Verifier, first: bool, key: str, tmp_path: pathlib.Path) -> None:
    text = (MADE / "257-300" / "proofs" / "head").read_text()
    changed = text.replace("\n\n— ", f"\n\n{UNKNOWN}— ") if first else text + UNKNOWN
    assert changed != text
    proof = tmp_path / "head"
    proof.write_text(changed)
    assert verifier.refusal("proof", proof, key) is None


@pytest.mark.parametrize("verifier", that_read("proof"))
def test_another_key_accepts_nothing(verifier: Verifier) -> None:
    assert verifier.refusal("proof", MADE / "1-1" / "proofs" / "head", KEY)
