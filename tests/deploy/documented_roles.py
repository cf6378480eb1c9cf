"""The operator's table of who may do what, in docs/operations.md. Another suite holds it against the roles of the template."""

import re

from server import REPO

PAGE = REPO / "docs" / "operations.md"
HEAD = "| function | action | partition keys | of |\n|---|---|---|---|\n"


def documented_roles() -> dict[str, set[str]]:
    """What each role may do, by its logical name: such as "GetItem users#* of the table"."""
    _, found, table = PAGE.read_text(encoding="utf-8").partition(HEAD)
    assert found, f"{PAGE} has no table of roles"
    roles: dict[str, set[str]] = {}
    functions: list[str] = []
    for line in table.partition("\n\n")[0].splitlines():
        function, action, keys, of = [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
        functions = quoted(function) or functions  # an empty cell is of those above
        may = {f"{action} {kind} of {resource}" for kind in quoted(keys) for resource in resources(of)}
        assert functions and may, f"a row of nothing: {line}"
        for name in functions:
            roles.setdefault(role_of(name), set()).update(may)
    return roles


def quoted(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall("`([^`]+)`", cell)


def resources(cell: str) -> list[str]:
    """The table, and indexes of it by their names."""
    parts = [part.strip() for part in cell.split(",")]
    assert all(part == "the table" or re.fullmatch("`[a-z-]+`", part) for part in parts), f"not of the table: {cell}"
    return [part.strip("`") for part in parts]


def role_of(function: str) -> str:
    """The logical name of the role of a function, given the name of its folder."""
    return "".join(part.capitalize() for part in function.split("-")) + "Role"
