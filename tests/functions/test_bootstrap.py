"""Each `bootstrap`, as tests call it and as it ships: for the right processor, for Amazon Linux 2023's glibc, stripped, and small."""

import os
import zipfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

REPO = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted(folder.name for folder in (REPO / "functions").iterdir())
MACHINES = {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}


class Build(NamedTuple):
    """Functions that were built alike."""

    folder: Path
    processor: str
    # Whether it is hardly optimized, as tests call them.
    quick: bool


def builds() -> list[Build]:
    """What tests/run says was built, by how and for which processor: `TESTED_X86_64`, `SHIPPED_ARM64` and so on name folders."""
    kinds = {"TESTED": True, "SHIPPED": False}
    named = [(os.environ.get(f"{kind}_{processor.upper()}"), processor, quick) for kind, quick in kinds.items() for processor in MACHINES]
    return [Build(Path(folder), processor, quick) for folder, processor, quick in named if folder]


BUILDS = builds()

# Amazon Linux 2023 has glibc 2.34 for as long as it lives.
GLIBC_MAX = (2, 34)
# What the runtime provided.al2023 has: glibc's own libraries, and those of GCC.
LIBRARIES = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libgcc_s.so.1"}
LOADERS = {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# Lambda takes 50 MB. The less there is, the sooner a cold start has it: now 3.5 MB, and growth should be seen.
ZIPPED_BYTES_MAX = 4_000_000
# They have more SDKs (KMS and S3, or S3 and EventBridge), and nobody waits for them: the stream or a schedule starts them.
ZIPPED_BYTES_MAX_OF = {"events-deliver": 5_300_000, "log-sign": 5_000_000}
# How much larger one may be that is hardly optimized: `audit-trail` is by 7 %.
QUICK = 1.1

each = pytest.mark.parametrize(
    ("build", "function"),
    [
        pytest.param(build, function, id=f"{'tested' if build.quick else 'shipped'}-{build.processor}-{function}")
        for build in BUILDS
        for function in FUNCTIONS
    ],
)


def bootstrap(build: Build, function: str) -> Path:
    """The file that is zipped and uploaded."""
    return build.folder / function / "bootstrap"


def elf(build: Build, function: str) -> ELFFile:
    """The file, read."""
    return ELFFile(BytesIO(bootstrap(build, function).read_bytes()))


def test_the_functions_of_a_processor_are_built():
    assert BUILDS, "none of TESTED_X86_64, TESTED_ARM64, SHIPPED_X86_64, SHIPPED_ARM64 names a folder: run tests/run functions"
    assert FUNCTIONS


@pytest.mark.parametrize("build", BUILDS)
def test_there_is_a_bootstrap_for_every_function_and_no_other(build):
    assert sorted(path.parent.name for path in build.folder.glob("*/bootstrap")) == FUNCTIONS


@each
def test_it_is_for_its_processor(build, function):
    header = elf(build, function).header

    assert header["e_machine"] == MACHINES[build.processor]
    assert header["e_type"] == "ET_DYN"  # placed anywhere in memory


@each
def test_it_asks_for_no_younger_glibc_than_amazon_linux_2023_has(build, function):
    needed = elf(build, function).get_section_by_name(".gnu.version_r")
    assert isinstance(needed, GNUVerNeedSection)

    names = [version.name for _, versions in needed.iter_versions() for version in versions]

    glibc = [tuple(int(part) for part in name.removeprefix("GLIBC_").split(".")) for name in names if name.startswith("GLIBC_")]
    assert glibc != []
    assert max(glibc) <= GLIBC_MAX


@each
def test_it_needs_no_library_that_the_runtime_lacks(build, function):
    dynamic = elf(build, function).get_section_by_name(".dynamic")

    needed = {tag.needed for tag in dynamic.iter_tags("DT_NEEDED")}

    assert "libc.so.6" in needed
    assert needed - LIBRARIES - LOADERS == set()


@each
def test_it_is_stripped(build, function):
    names = {section.name for section in elf(build, function).iter_sections()}

    assert ".text" in names
    assert {name for name in names if name == ".symtab" or name.startswith(".debug")} == set()


@each
def test_it_is_small(build, function):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(bootstrap(build, function), "bootstrap")

    print(f"{function} for {build.processor}: {len(archive.getvalue()):,} bytes zipped")
    bytes_max = ZIPPED_BYTES_MAX_OF.get(function, ZIPPED_BYTES_MAX)
    assert len(archive.getvalue()) <= (bytes_max * QUICK if build.quick else bytes_max)
