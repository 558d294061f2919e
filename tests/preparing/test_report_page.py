"""The report as a page: nothing of a file runs in it, and its tags are in their order."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pipeline

EVIL = "<script>alert(1)</script>&amp;\"'%s{}"


class Page(HTMLParser):
    """Reads a page, and sees that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_file_holds_is_quoted_and_never_markup(tmp_path: Path) -> None:
    cell = EVIL.replace('"', '""')
    lines = [f'Email,Phone,"{cell}"', f'"{cell}",555,x', 'a@acme.com,"(212) 555 2368",', f'b@acme.com,"{cell}",']
    path = tmp_path / "<b>contacts.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    prepared = pipeline.prepare(path, out=tmp_path / "out")
    page = Page()
    page.feed((prepared.folder / "report.html").read_text("utf-8"))
    page.close()
    assert page.open == []
    assert "script" not in page.tags
    assert page.text.count(EVIL) >= 3
    assert "About this rule" in page.text
    assert "Changes" in page.text
