"""What openapi-generator makes for the languages of which no client is run here is at least code."""

import os
import re
import shutil
from pathlib import Path

import pytest

import generators
from generators import needs_java

pytestmark = needs_java

# Fewer would mean that the search no longer finds the types.
TYPES_MIN = 20


def test_typescript_compiles(openapi_generator):
    options = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2020", "--module", "commonjs", "--lib", "es2022,dom"]
    generators.run(generators.NODE_TOOLS / "tsc", *options, openapi_generator / "typescript-fetch" / "index.ts")


def test_rust_names_only_types_that_it_has(openapi_generator):
    sources = [file.read_text(encoding="utf-8") for file in (openapi_generator / "rust" / "src").rglob("*.rs")]

    named = {name for source in sources for name in re.findall(r"\bmodels::([A-Z]\w*)", source)}
    made = {name for source in sources for name in re.findall(r"^pub (?:struct|enum) (\w+)", source, re.MULTILINE)}

    assert len(named) >= TYPES_MIN
    assert named - made == set()


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_go_passes_vet(openapi_generator, tmp_path: Path):
    environment = {"GO111MODULE": "off", "GOPATH": str(tmp_path), "GOTOOLCHAIN": "local", "HOME": os.environ.get("HOME", str(tmp_path))}
    # Its tests are examples that need a module from elsewhere.
    shutil.rmtree(openapi_generator / "go" / "test", ignore_errors=True)

    generators.run("go", "vet", ".", environment=environment, cwd=openapi_generator / "go")


def test_go_takes_answers_that_have_gained_a_field(openapi_generator):
    for model in ("dashboard_user", "audit_trail_event", "audit_trail_page", "events_record_response", "gateway_error"):
        source = (openapi_generator / "go" / f"model_{model}.go").read_text(encoding="utf-8")

        assert "UnmarshalJSON" in source
        assert "DisallowUnknownFields" not in source
