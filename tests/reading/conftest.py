"""What the tests of reading share: a folder for copies, and a way to load bytes whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.reading import read_all, scan
from pipeline.records import Broken, Finding, Source


@dataclass(frozen=True)
class Loaded:
    """Everything that was read of a file, put together."""

    source: Source
    rows: dict[int, list[str]]
    lines: dict[int, int]
    broken: dict[int, Broken]
    findings: list[Finding]

    @property
    def about_file(self) -> dict[str, Finding]:
        return {finding.code: finding for finding in self.source.findings}

    @property
    def codes(self) -> dict[int, str]:
        return {number: broken.code for number, broken in self.broken.items()}


Load = Callable[..., Loaded]


@pytest.fixture(scope="session")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spool")
    folder.chmod(0o700)
    return folder


@pytest.fixture(scope="session")
def load(spool: Path) -> Load:
    def load_all(data: bytes | str | Path, **options: Any) -> Loaded:
        given = (
            io.BytesIO(data.encode())
            if isinstance(data, str)
            else io.BytesIO(data)
            if isinstance(data, bytes)
            else data
        )
        source = scan(given, spool=spool, **options)
        rows: dict[int, list[str]] = {}
        lines: dict[int, int] = {}
        broken: dict[int, Broken] = {}
        findings: list[Finding] = []
        for table in read_all(source):
            assert table.frame.index.name == "record"
            assert table.frame.index.is_monotonic_increasing
            assert not table.frame.isna().any(axis=None)
            assert all(str(dtype) == "str" for dtype in table.frame.dtypes)
            numbers = table.frame.index.tolist()
            rows.update(zip(numbers, table.frame.to_numpy().tolist(), strict=True))
            lines.update(zip(numbers, table.lines.tolist(), strict=True))
            broken.update({one.record: one for one in table.broken})
            findings += table.findings
        # The law: every record is in exactly one place, and none is lost.
        assert not rows.keys() & broken.keys()
        assert sorted([*rows, *broken]) == list(range(1, source.records + 1))
        if isinstance(data, bytes | str) and source.text.parent == spool:
            source.text.unlink()
        return Loaded(source, rows, lines, broken, findings)

    return load_all
