"""Prints the sheets of a workbook, or the rows of one of them, as JSON. Run as a file, by itself.

The library that knows the older formats is native code that holds a sheet whole: a small hostile file can make it
ask for any amount of memory, which ends the process, or stop it in other ways. So it works in a process of its own,
with bounds, and imports nothing of ours.

    python calamining.py PATH MEMORY SECONDS          the sheets: [{"name", "visible", "filled"}, ...]
    python calamining.py PATH MEMORY SECONDS NUMBER   its rows that hold something, one [row, cells] a line; row and
                                                      NUMBER count from 1, a date or time is a list of one text

MEMORY is in bytes, SECONDS are of processor time.

A line `{"error": ...}` instead says that it cannot be read: `password` or `unreadable`.
"""

from __future__ import annotations

import datetime
import json
import sys
from typing import Any

import python_calamine


def main() -> None:
    """Obey the command line."""
    path, memory, seconds, *number = sys.argv[1:]
    _bound(int(memory), int(seconds))
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        if number:
            _print_rows(workbook.get_sheet_by_index(int(number[0]) - 1))
        else:
            _print_sheets(workbook)
    except python_calamine.PasswordError:
        _print({"error": "password"})
    except python_calamine.CalamineError:
        _print({"error": "unreadable"})


def _bound(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on this platform
        return
    for what, bound in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def _print_sheets(workbook: python_calamine.CalamineWorkbook) -> None:
    sheets: list[dict[str, Any]] = []
    for position, sheet in enumerate(workbook.sheets_metadata):
        filled = sheet.typ == python_calamine.SheetTypeEnum.WorkSheet and any(
            any(cell != "" for cell in row) for row in workbook.get_sheet_by_index(position).iter_rows()
        )
        visible = sheet.visible == python_calamine.SheetVisibleEnum.Visible
        sheets.append({"name": sheet.name, "visible": visible, "filled": filled})
    _print(sheets)


def _print_rows(sheet: python_calamine.CalamineSheet) -> None:
    for number, row in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in row):
            _print([number, [_plain(cell) for cell in row]])


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime):
        return [cell.isoformat(sep=" ", timespec="milliseconds" if cell.microsecond >= 1000 else "seconds")]
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return [f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"]
    if isinstance(cell, (datetime.date, datetime.time)):
        return [cell.isoformat()]
    return cell


def _print(data: Any) -> None:
    sys.stdout.write(json.dumps(data) + "\n")


if __name__ == "__main__":
    main()
