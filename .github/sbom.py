"""Writes what a release is made of, as two CycloneDX 1.6 documents: audit-trail-<architecture>.cdx.json for the functions and
audit-<architecture>-linux.cdx.json for the operator's tool. Each has every crate that Cargo links in, with the features that ship,
and as `excluded` those that only run while it is built, with their licences and the checksums of Cargo.lock.

usage: sbom.py arm64|x86_64 FOLDER
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = {"arm64": "aarch64-unknown-linux-gnu", "x86_64": "x86_64-unknown-linux-gnu"}
# `0serde v1.0.1 (*)`, `2shared v0.1.0 (/path)`, `1serde_derive v1.0.1 (proc-macro)`
LINE = re.compile(r"(?P<depth>\d+)(?P<name>\S+) v(?P<version>\S+)(?: \(.*\))?")


def cargo(*arguments):
    return subprocess.run(("cargo", *arguments), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def functions():
    """The packages of the functions, in groups that are built together: Cargo unites the features of what it builds together."""
    names = sorted(folder.name for folder in (ROOT / "functions").iterdir() if (folder / "Cargo.toml").exists())
    apart = [["events-consume"], ["log-append"], ["events-deliver", "log-sign"]]  # as tests/setup/builds.bash builds them
    return [[name for name in names if not any(name in group for group in apart)], *apart]


def tree(packages, target, edges):
    """Each crate, as (name, version), with those that it needs: as Cargo would build these packages, all in one go."""
    named = [argument for package in packages for argument in ("--package", package)]
    lines = cargo("tree", "--locked", "--target", target, "--edges", edges, "--prefix", "depth", *named)
    needs, above = {}, []
    for line in filter(None, lines.splitlines()):
        found = LINE.fullmatch(line)
        if not found:
            sys.exit(f"not a line of cargo tree: {line}")
        crate, depth = (found["name"], found["version"]), int(found["depth"])
        needs.setdefault(crate, set())
        above[depth:] = [crate]
        if depth:
            needs[above[depth - 1]].add(crate)
    return needs


def united(trees):
    needs = {}
    for one in trees:
        for crate, needed in one.items():
            needs.setdefault(crate, set()).update(needed)
    return needs


class Crates:
    """What is known of each crate of Cargo.lock."""

    def __init__(self):
        packages = json.loads(cargo("metadata", "--locked", "--format-version", "1"))["packages"]
        self.packages = {(package["name"], package["version"]): package for package in packages}
        locked = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
        self.checksums = {(one["name"], one["version"]): one["checksum"] for one in locked if "checksum" in one}
        self.licenses = LicenseFactory()

    def component(self, crate, is_shipped):
        name, version = crate
        package = self.packages[crate]
        license = self.licenses.make_with_expression(package["license"].replace("/", " OR "))
        if package["source"] is None:  # one of ours
            return Component(name=name, version=version, type=ComponentType.APPLICATION, licenses=[license], bom_ref=name)
        purl = PackageURL("cargo", None, name, version)
        return Component(
            name=name,
            version=version,
            description=(package["description"] or "").strip() or None,
            licenses=[license],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=self.checksums[crate])],
            purl=purl,
            scope=ComponentScope.REQUIRED if is_shipped else ComponentScope.EXCLUDED,
            bom_ref=str(purl),
        )


def bom(name, groups, target, crates):
    shipped = united(tree(packages, target, "normal,no-proc-macro") for packages in groups)
    needs = united(tree(packages, target, "normal,build") for packages in groups)
    components = {crate: crates.component(crate, crate in shipped) for crate in sorted(needs)}
    made = Bom(components=components.values())
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    made.metadata.component = Component(name=name, version=version, type=ComponentType.APPLICATION, bom_ref="this")
    roots = {package for packages in groups for package in packages}
    made.register_dependency(made.metadata.component, [components[crate] for crate in components if crate[0] in roots])
    for crate, needed in needs.items():
        made.register_dependency(components[crate], [components[one] for one in needed])
    return made


def main(architecture, folder):
    crates = Crates()
    for name, file, groups in (
        ("audit-trail", f"audit-trail-{architecture}.cdx.json", functions()),
        ("audit", f"audit-{architecture}-linux.cdx.json", [["audit-cli"]]),
    ):
        text = JsonV1Dot6(bom(name, groups, TARGETS[architecture], crates)).output_as_string(indent=1)
        fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
        if fault:
            sys.exit(f"{file} would not be CycloneDX 1.6: {fault}")
        pathlib.Path(folder, file).write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TARGETS:
        sys.exit(__doc__)
    main(*sys.argv[1:])
