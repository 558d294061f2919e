"""`schemas template` and `schemas infer`: files for a person to go on with."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.cli.catalogue import notes_of
from pipeline.cli.options import ReadingOptions
from pipeline.cli.preparing import open_source, print_text, reading_of
from pipeline.contracts import Contract, example_of, opened_contract
from pipeline.errors import Exit, UsageError
from pipeline.writing.files import translating
from pipeline.writing.rows import encode_rows


def write_template(schema: str, out: Path | None) -> int:
    """Write the header of a schema's file, and what each column takes: to the streams, or to two files."""
    contract = opened_contract(schema)
    header = b"".join(encode_rows([[field.name for field in contract.fields]]))
    words = _column_help(contract)
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(header)
        print(words, end="", file=sys.stderr)
        return Exit.FINE
    beside = out.with_name(f"{out.stem}.help.txt")
    for path in (out, beside):
        _refuse_existing(path)
    _write_new(out, header)
    _write_new(beside, words.encode())
    print(f"template  {out}, what each column takes in {beside}")
    return Exit.FINE


def infer_schema(file: str, out: Path | None, reading: ReadingOptions) -> int:
    """Draft a schema file from a contact file."""
    from pipeline.inferring import infer

    if out is not None:
        _refuse_existing(out)
    stem = "stdin" if file == "-" else Path(file).stem
    draft = infer(open_source(file), reading=reading_of(reading), stem=stem)
    if out is None:
        print_text(draft)
    else:
        _write_new(out, draft.encode())
        print(f"schema    {out}; read it, correct it, and judge by it with --schema {out}")
    return Exit.FINE


def _column_help(contract: Contract) -> str:
    """Return a line for each column: its kind, what is to be known of it, an example."""
    lines: list[str] = []
    for field in contract.fields:
        example = example_of(contract, field)
        notes = [field.kind, *notes_of(field), *([f"for example {example}"] if example else [])]
        lines.append(f"{field.name}: {', '.join(notes)}\n")
    return "".join(lines)


def _refuse_existing(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} is there already and may be filled in; remove it or choose another with -o")


def _write_new(path: Path, content: bytes) -> None:
    # Exclusively: a file that somebody made meanwhile is not written over either.
    with translating(path):
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            _refuse_existing(path)
            raise
