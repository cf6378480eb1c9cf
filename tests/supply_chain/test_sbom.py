"""The bills of materials of a release say what ships, and only that."""

import json
import pathlib
import subprocess
import sys
import tomllib

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LOCKED = {
    (one["name"], one["version"]): one.get("checksum")
    for one in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
}
FUNCTIONS = {folder.name for folder in (ROOT / "functions").iterdir() if (folder / "Cargo.toml").exists()}


@pytest.fixture(scope="module", params=["arm64", "x86_64"])
def boms(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sbom")
    subprocess.run((sys.executable, ROOT / ".github" / "sbom.py", request.param, folder), check=True)
    names = {"audit": f"audit-{request.param}-linux", "functions": f"audit-trail-{request.param}"}
    read = {name: json.loads((folder / f"{file}.cdx.json").read_text()) for name, file in names.items()}
    assert len(list(folder.iterdir())) == len(read)
    return read


def names(bom, scope):
    return {one["name"] for one in bom["components"] if one.get("scope") == scope}


def ours(bom):
    return names(bom, None)


def test_the_functions_have_what_they_need_and_nothing_of_the_operators_tool(boms):
    shipped = names(boms["functions"], "required")
    assert {"aws-sdk-dynamodb", "lambda_http", "lambda_runtime", "rustls", "aws-lc-sys", "serde_json", "base64"} <= shipped
    assert not {"dynoxide-rs", "rusqlite", "clap", "axum", "proptest", "libfuzzer-sys", "serde_derive"} & shipped
    assert ours(boms["functions"]) == FUNCTIONS | {"shared"}


def test_the_operators_tool_has_its_engine(boms):
    shipped = names(boms["audit"], "required")
    assert {"dynoxide-rs", "libsqlite3-sys", "clap", "aws-sdk-dynamodb"} <= shipped
    assert not {"proptest", "libfuzzer-sys", "serde_derive"} & shipped
    assert ours(boms["audit"]) == FUNCTIONS - {"events-consume"} | {"shared", "audit-cli", "audit-verify"}


def test_what_only_runs_while_it_is_built_is_told_apart(boms):
    for bom in boms.values():
        assert {"serde_derive", "syn", "cc"} <= names(bom, "excluded")


def test_every_crate_is_the_locked_one_with_its_licence(boms):
    for bom in boms.values():
        for one in bom["components"]:
            assert one["licenses"], one["name"]
            checksum = LOCKED[one["name"], one["version"]]
            if checksum:
                assert one["purl"] == f"pkg:cargo/{one['name']}@{one['version'].replace('+', '%2B')}"
                assert one["hashes"] == [{"alg": "SHA-256", "content": checksum}]


def test_everything_is_reached_from_what_ships(boms):
    for bom in boms.values():
        needs = {one["ref"]: one.get("dependsOn", []) for one in bom["dependencies"]}
        reached, ahead = set(), ["this"]
        while ahead:
            ref = ahead.pop()
            if ref not in reached:
                reached.add(ref)
                ahead.extend(needs[ref])
        assert reached == {"this"} | {one["bom-ref"] for one in bom["components"]}
