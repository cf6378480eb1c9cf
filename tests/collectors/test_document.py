"""docs/collect.md shows the files that the other tests run."""

import re

from documented import FOLDER

PAGE = (FOLDER.parent / "collect.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_the_page_shows_every_file_to_the_letter() -> None:
    files = {path.relative_to(FOLDER): path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*")) if path.is_file()}

    assert len(files) >= 9
    assert [str(name) for name, text in files.items() if text not in BLOCKS] == []


def test_the_page_links_to_every_file() -> None:
    links = set(re.findall(r"\]\(collect/([^)#]+)\)", PAGE))

    assert links == {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
