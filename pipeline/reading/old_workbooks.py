"""A workbook in one of the older or rarer formats (.xls, .xlsb, .ods), read by `python-calamine`.

It holds a sheet whole, and some damaged files never end for it, so it works in a process of its own within
`Limits.workbook_memory` and `Limits.workbook_seconds`. It gives values only: what
a number format adds (leading zeros) is lost, and so is the text of errors like #REF! in .xls and .xlsb.
"""

from __future__ import annotations

import json
import mmap
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import SourceError
from pipeline.reading.numerals import text_of_number
from pipeline.reading.opening import Limits, cannot_copy, changed
from pipeline.reading.workbook_parts import Row
from pipeline.reading.workbooks import Sheet

# An entry of the directory: the name, filled up to 64 bytes, its length with the final NUL, and "stream".
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + b"\x22\0\x02"
_PROGRAM = Path(__file__).with_name("calamining.py")


class OldWorkbook:
    """A workbook.

    Attributes:
        sheets: In the order of their tabs.
        unvalued: 0: such formulas cannot be told from empty cells.
        first_unvalued: None.
    """

    unvalued = 0
    first_unvalued: int | None = None

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        """Read the sheets' names and whether they hold anything.

        Raises:
            SourceError: It is no workbook, is protected by a password, or takes too much memory.
        """
        self._path, self._name, self._limits = path, name, limits
        try:
            encrypted = _is_encrypted(path)
        except OSError:
            raise changed(name) from None
        if encrypted:
            raise protected(name)
        (answer,) = self._lines()
        self.sheets = tuple(
            Sheet(sheet["name"], sheet["visible"], str(number)) for number, sheet in enumerate(answer, 1)
        )
        self._filled = {str(number): bool(sheet["filled"]) for number, sheet in enumerate(answer, 1)}

    def is_filled(self, sheet: Sheet) -> bool:
        """Return whether any cell of a sheet holds something."""
        return self._filled[sheet.part]

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows of a sheet that hold something, in order.

        Raises:
            SourceError: It cannot be read.
        """
        for number, cells in self._lines(sheet.part):
            yield number, [_text(cell) for cell in cells]

    def _lines(self, *number: str) -> Iterator[Any]:
        limits = self._limits
        command = [sys.executable, "-P", str(_PROGRAM), str(self._path)]
        command += [str(limits.workbook_memory), str(limits.workbook_seconds), *number]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                for line in process.stdout or ():
                    if not line.endswith(b"\n"):
                        break
                    answer = json.loads(line)
                    if isinstance(answer, dict):
                        raise self._refused(str(answer["error"]))
                    yield answer
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise self._refused("stopped")

    def _refused(self, error: str) -> SourceError:
        if error == "password":
            return protected(self._name)
        if error == "stopped":
            memory, seconds = self._limits.workbook_memory >> 20, self._limits.workbook_seconds
            return SourceError(
                f"{self._name}: the workbook is damaged, or reading it takes more than {memory:,} MiB of memory or "
                f"{seconds:,} seconds; save the sheet as CSV (UTF-8)"
            )
        return SourceError(
            f"{self._name}: this looks like an Office file, but no workbook can be read from it; "
            "open it and save the sheet as CSV (UTF-8)"
        )


@contextmanager
def named(path: Path, ending: str, spool: Path) -> Generator[Path]:
    """Yield another path to a file, with the ending that its content deserves: the library goes by endings."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="source-", dir=spool))
        other = folder / f"book{ending}"
        try:
            other.symlink_to(path)
        except (OSError, NotImplementedError):  # not every platform lets everybody make links
            shutil.copyfile(path, other)
    except OSError as reason:
        raise cannot_copy(spool, reason) from None
    try:
        yield other
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_encrypted(path: Path) -> bool:
    """Return whether a file is what wraps an encrypted workbook. Source: Microsoft, [MS-OFFCRYPTO], section 2.3.4.4."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(_ENCRYPTED) >= 0


def protected(name: str) -> SourceError:
    """Return the error that says that a workbook is encrypted."""
    return SourceError(
        f"{name}: the workbook is protected by a password; open it and save it without one, or the sheet as CSV (UTF-8)"
    )


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return text_of_number(float(cell)) if abs(cell) >= 1e15 or isinstance(cell, float) else str(cell)
    return str(cell[0]) if isinstance(cell, list) else cell
