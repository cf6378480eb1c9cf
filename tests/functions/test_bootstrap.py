"""Each `bootstrap` as Lambda gets it: for the right processor, for Amazon Linux 2023's glibc, stripped, and small."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

REPO = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted(folder.name for folder in (REPO / "functions").iterdir())
# Where each processor's are; tests/run says which were built.
MACHINES = {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}
SET = {name: os.environ.get(f"FUNCTIONS_{name.upper()}") for name in MACHINES}
FOLDERS = {name: folder for name, folder in SET.items() if folder}

# Amazon Linux 2023 has glibc 2.34 for as long as it lives.
GLIBC_MAX = (2, 34)
# What the runtime provided.al2023 has: glibc's own libraries, and those of GCC.
LIBRARIES = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libgcc_s.so.1"}
LOADERS = {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# Lambda takes 50 MB. The less there is, the sooner a cold start has it: now 3.5 MB, and growth should be seen.
ZIPPED_BYTES_MAX = 4_000_000
# They have more SDKs (KMS and S3, or S3 and EventBridge), and nobody waits for them: the stream or a schedule starts them.
ZIPPED_BYTES_MAX_OF = {"events-deliver": 5_300_000, "log-sign": 5_000_000}

each = pytest.mark.parametrize(
    ("processor", "function"), [(processor, function) for processor in FOLDERS for function in FUNCTIONS]
)


def bootstrap(processor: str, function: str) -> Path:
    """The file that is zipped and uploaded."""
    return Path(FOLDERS[processor]) / function / "bootstrap"


def elf(processor: str, function: str) -> ELFFile:
    """The file, read."""
    return ELFFile(BytesIO(bootstrap(processor, function).read_bytes()))


def test_the_functions_of_a_processor_are_built():
    assert FOLDERS, "neither FUNCTIONS_X86_64 nor FUNCTIONS_ARM64 names a folder: run tests/run functions"
    assert FUNCTIONS


@pytest.mark.parametrize("processor", FOLDERS)
def test_there_is_a_bootstrap_for_every_function_and_no_other(processor):
    assert sorted(path.parent.name for path in Path(FOLDERS[processor]).glob("*/bootstrap")) == FUNCTIONS


@each
def test_it_is_for_its_processor(processor, function):
    header = elf(processor, function).header

    assert header["e_machine"] == MACHINES[processor]
    assert header["e_type"] == "ET_DYN"  # placed anywhere in memory


@each
def test_it_asks_for_no_younger_glibc_than_amazon_linux_2023_has(processor, function):
    needed = elf(processor, function).get_section_by_name(".gnu.version_r")
    assert isinstance(needed, GNUVerNeedSection)

    names = [version.name for _, versions in needed.iter_versions() for version in versions]

    glibc = [tuple(int(part) for part in name.removeprefix("GLIBC_").split(".")) for name in names if name.startswith("GLIBC_")]
    assert glibc != []
    assert max(glibc) <= GLIBC_MAX


@each
def test_it_needs_no_library_that_the_runtime_lacks(processor, function):
    dynamic = elf(processor, function).get_section_by_name(".dynamic")

    needed = {tag.needed for tag in dynamic.iter_tags("DT_NEEDED")}

    assert "libc.so.6" in needed
    assert needed - LIBRARIES - LOADERS == set()


@each
def test_it_is_stripped(processor, function):
    names = {section.name for section in elf(processor, function).iter_sections()}

    assert ".text" in names
    assert {name for name in names if name == ".symtab" or name.startswith(".debug")} == set()


@each
def test_it_is_small(processor, function):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(bootstrap(processor, function), "bootstrap")

    print(f"{function} for {processor}: {len(archive.getvalue()):,} bytes zipped")
    assert len(archive.getvalue()) <= ZIPPED_BYTES_MAX_OF.get(function, ZIPPED_BYTES_MAX)
