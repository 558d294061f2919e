"""`jobs --local`: what the journal of a folder's upload says, without asking anybody."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.options import Format
from pipeline.cli.preparing import print_json
from pipeline.errors import Exit, UsageError
from pipeline.reporting.masking import printable
from pipeline.uploading.beginning import JOURNAL, UPLOAD
from pipeline.uploading.entries import PartRow
from pipeline.uploading.journal import open_journal


def list_local_jobs(folder: Path, output: Format) -> int:
    """Print the parts of a folder's upload, their jobs and every try; may be used while it is under way."""
    path = folder / UPLOAD / JOURNAL
    if not path.exists():
        raise UsageError(f"{folder} has no {UPLOAD}/{JOURNAL}: nothing of it was uploaded")
    with closing(open_journal(path, read_only=True)) as journal:
        head, parts, finished = journal.head, journal.parts(), journal.receipt is not None
        tries = {part.number: [one for one in journal.tries() if one.part == part.number] for part in parts}
    if output is Format.JSON:
        entries = [asdict(part) | {"tries": [asdict(one) for one in tries[part.number]]} for part in parts]
        print_json({**asdict(head), "finished": finished, "parts": entries})
        return Exit.FINE
    where = " ".join(text for text in (head.base_url, head.hub or "", head.object) if text)
    count = f"{len(parts)} part{'' if len(parts) == 1 else 's'}"
    print(f"{printable(where)}: {head.records:,} records in {count}, {'finished' if finished else 'not finished'}")
    for part in parts:
        print(_line(part))
        for one in tries[part.number]:
            if one.detail or one.number > 1:
                print(f"       try {one.number}: {one.outcome}" + (f": {printable(one.detail)}" if one.detail else ""))
    return Exit.FINE


def _line(part: PartRow) -> str:
    counts = "" if part.records is None else f"{part.records:,} counted, {part.failed or 0:,} failed"
    job, word = printable(part.job or "-"), printable(part.raw_word)
    return f"{part.number:>6} {part.rows:>9,} records  {part.state:<8} {job:<12} {word:<12} {counts}".rstrip()
