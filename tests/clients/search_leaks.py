"""Searches files for the secrets of the Rust and Node suites, in every spelling; says where one is, and fails.

    python search_leaks.py FILE...
"""

import sys
from pathlib import Path

import leaks

# The demo account's, and how every secret begins that the Rust suite makes (SECRET_MARK in tests/src/account.rs).
SECRETS = {"local-demo-secret", "never-to-be-logged-"}


def main(files: list[str]) -> int:
    """1 if there is one. A file that is empty was not written by the suite that it is of: 2."""
    places = {file: Path(file).read_bytes() for file in files}
    for file, content in places.items():
        if not content:
            print(f"{file} is empty: there is nothing to search", file=sys.stderr)
            return 2
    found = leaks.search(SECRETS, places)
    for leak in found:
        print(f"a secret, {leak.spelling}, at byte {leak.offset} of {leak.place}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
