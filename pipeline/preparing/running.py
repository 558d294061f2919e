"""`check` and `prepare`: scan, map, both phases, and the folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.contracts import Contract, SchemaLike, opened_contract, placeholders_of, strict_of
from pipeline.engines import Crew
from pipeline.errors import UsageError
from pipeline.mapping import SenderMapping, choose_schema, map_header
from pipeline.mapping.suggesting import SAMPLE
from pipeline.preparing.batches import Spool, Work, prepare_batch, spill_batch, spilled
from pipeline.preparing.describing import describe_columns
from pipeline.preparing.domains import Asked, ask_domains
from pipeline.preparing.existing import ExistingList, read_existing
from pipeline.preparing.identities import columns_of, identity_of
from pipeline.preparing.joining import OF_ACCEPTED, Joined, Joining
from pipeline.preparing.remarks import Remarks, remarks_on
from pipeline.preparing.settings import Settings
from pipeline.preparing.staging import refuse_foreign, staged
from pipeline.reading import read_all, scan
from pipeline.reading.options import Reading
from pipeline.records import Range, Source
from pipeline.reporting.describing import describe_source
from pipeline.reporting.report import Report
from pipeline.version import __version__
from pipeline.writing.files import Written, encode_json, translating, write_bytes

if TYPE_CHECKING:
    import pandas as pd

MANIFEST_FORMAT = 1
JUDGES = (
    *("email-validator", "phonenumbers", "ada-url", "publicsuffixlist", "pycountry", "disposable-email-domains"),
    *("pandera", "pandas"),
)

Progress = Callable[[int, int], None]
"""Called with records done and records in all, after each batch."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared folder.

    Attributes:
        folder: Where it is.
        manifest: The contents of `manifest.json`.
        report: What was found.
    """

    folder: Path
    manifest: Mapping[str, Any]
    report: Report

    def accepted(self, records: int = 50_000) -> Iterator[pd.DataFrame]:
        """Yield the accepted records in frames of at most so many, all text, missing values as NaN.

        The index is the record number; columns are the target's field names.

        Raises:
            UsageError: More records were rejected than the error budget allows, so that the folder has none.
        """
        import pandas as pd

        if self.report.over_budget:
            raise UsageError(f"{self.folder} holds no accepted records: it is over its error budget")
        clean = pd.read_csv(
            self.folder / "clean.csv", dtype="str", na_values=[""], keep_default_na=False, chunksize=records
        )
        index = pd.read_csv(self.folder / "clean.index.csv", usecols=["record"], chunksize=records)
        for frame, numbers in zip(clean, index, strict=True):
            yield frame.set_axis(pd.Index(numbers["record"], name="record"), axis=0)

    def rejected(self, records: int = 50_000) -> Iterator[pd.DataFrame]:
        """Yield the rejected records likewise, with `_line`, `_codes`, `_reasons`, `_raw` and the original columns."""
        import pandas as pd

        path = self.folder / "rejected.csv"
        frames = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig", chunksize=records)
        for frame in frames:
            yield frame.set_index(frame.pop("_record").astype("int64").rename("record"))


def check(
    source: str | Path | BinaryIO,
    *,
    schema: SchemaLike | None = None,
    settings: Settings | None = None,
    reading: Reading | None = None,
    name: str | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Report:
    """Return the verdict on a file, and leave nothing behind.

    Args:
        source: A path, or a binary stream, which is read to its end.
        schema: A schema's name, file (`my.yaml`), `module:Class`, model or contract; by default the
            one whose own field names match most of the header.
        settings: What the run decides.
        reading: How to read it where the evidence shall not decide.
        name: What to call the source in messages; by default its base name.
        jobs: How many processes take part, this one included. The result does not depend on it.
        progress: Called after each batch.

    Raises:
        SourceError: It cannot be read as a table.
        WorkerDied: A process that took part ended by itself.
        UsageError: No such schema, or the header does not fit it.

    Side effects:
        Writes and removes a private folder in the system's temporary directory: the keys by which duplicates are found.
    """
    with _private_folder() as folder, translating(folder):
        _, report, _ = _fill(folder, source, schema, settings, reading, name, jobs, progress, kept=False)
        return report


def prepare(
    source: str | Path | BinaryIO,
    *,
    out: str | Path,
    schema: SchemaLike | None = None,
    settings: Settings | None = None,
    reading: Reading | None = None,
    name: str | None = None,
    approve: Callable[[Contract], None] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Prepared:
    """Write the prepared folder of a file, whole or not at all, and return it.

    Args:
        source: As for `check`.
        out: The folder: absent, empty, or an earlier result that was not uploaded from, which is then replaced.
        schema: As for `check`.
        settings: As for `check`.
        reading: As for `check`.
        name: As for `check`.
        approve: Is shown the contract before anything is judged; what it raises stops the run.
        jobs: As for `check`.
        progress: As for `check`.

    Raises:
        SourceError: The source cannot be read as a table.
        UsageError: No such schema, the header does not fit it, or `out` holds something else.
        FolderBusy: Another run is filling `out`.
        WorkerDied: A process that took part ended by itself.
        OutputError: It cannot be written.
    """
    # Imported here: a check needs no page.
    from pipeline.reporting.html import render_html

    out = Path(out)
    if isinstance(source, (str, Path)) and Path(source).resolve().is_relative_to(out.resolve()):
        raise UsageError(f"{source} lies in the output folder {out}, which would be replaced; choose another with -o")
    with translating(out):
        refuse_foreign(out)
    with staged(out) as folder, translating(out):
        written, report, manifest = _fill(folder, source, schema, settings, reading, name, jobs, progress, approve)
        written["report.json"] = write_bytes(folder / "report.json", encode_json(report.data))
        written["report.html"] = write_bytes(folder / "report.html", render_html(report.data))
        entries = {name: manifest_entry(written[name], manifest, name) for name in sorted(written)}
        write_bytes(folder / "manifest.json", encode_json({**manifest, "files": entries}))
    return Prepared(out, manifest, report)


def manifest_entry(file: Written, manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what the manifest says of one file."""
    entry: dict[str, Any] = {"sha256": file.sha256, "size": file.size}
    if name in OF_ACCEPTED:
        entry["records"] = manifest["counts"]["accepted"]
    if name == "rejected.csv":
        entry["records"] = manifest["counts"]["rejected"]
    return entry


def _fill(
    folder: Path,
    source: str | Path | BinaryIO,
    schema: SchemaLike | None,
    settings: Settings | None,
    reading: Reading | None,
    name: str | None,
    jobs: int,
    progress: Progress | None,
    approve: Callable[[Contract], None] | None = None,
    *,
    kept: bool = True,
) -> tuple[dict[str, Written], Report, dict[str, Any]]:
    """Fill a folder with the CSV files; returns these by name, the report, and the manifest without the files.

    Args:
        folder: The folder; the arguments behind it are those of `prepare`, but for:
        kept: Whether somebody wants the files; else none is written.
    """
    settings, reading = settings or Settings(), reading or Reading()
    with ExitStack() as stack:
        spool = stack.enter_context(_private_folder())
        crew = stack.enter_context(Crew(jobs, ("pipeline.preparing.batches",)))
        scanned = scan(source, name=name, spool=spool, begun=crew.start, **reading.arguments())
        contract, chosen = _contract_for(schema, scanned, settings.mapping)
        header = map_header(
            scanned.header,
            contract,
            file=scanned.name,
            mapping=settings.mapping,
            unmapped=settings.rest,
            sample=partial(_first_cells, scanned),
        )
        if approve is not None:
            approve(contract)
        identity = identity_of(contract, settings.duplicates_by)
        columns = columns_of(header, identity, contract, file=scanned.name)
        if not contract.travels:
            # Another process cannot find the schema of a program that is being run.
            crew.dismiss()
        asking = settings.check_domains
        asked = ask_domains(scanned, header, contract, asking, crew) if asking else None
        work = Work(scanned, header, contract, settings, columns, asked.gone if asked else {})
        pieces = folder / "pieces"
        pieces.mkdir()
        existing = read_existing(settings.existing, identity, contract, settings.judging, pieces, crew)
        joining = Joining(work, stack, pieces, folder if kept else None, existing)
        _judge_and_join(work, joining, pieces, crew, progress)
        crew.dismiss()
        said = [finding for one in existing if (finding := one.finding(identity)) is not None]
        remarks = remarks_on(work, joining.overall)
        joined = joining.close((*remarks.findings, *said))
        report = Report(_report(work, chosen, joined, existing, asked, remarks))
    shutil.rmtree(pieces)
    return joined.files, report, _manifest(work, report)


def _judge_and_join(work: Work, joining: Joining, pieces: Path, crew: Crew, progress: Progress | None) -> None:
    """Judge all ranges and join them in file order, or up to the record that exceeds the error budget."""
    ranges, budget = work.source.ranges, work.settings.max_errors
    spool = Spool(pieces, joining.outputs, crew.most_waiting if joining.decides_at_once else max(1, len(ranges)))
    own, others = partial(prepare_batch, work), partial(spill_batch, work, spool)
    aside = partial(spilled, spool=spool)
    done = 0
    # Closing it ends what other processes are at.
    with closing(crew.carry_out(others, ranges, name=_name_of, own=own, aside=aside)) as batches:
        for batch in batches:
            done += batch.part.records
            if progress is not None:
                progress(done, work.source.records)
            left = budget.left_before(joining.overall.rejected, batch.rejected) if budget else None
            if left is not None:
                batch = own(batch.part, last=int(batch.rows.rejected_records()[left]))
            joining.take(batch if joining.decides_at_once else aside(batch))
            if left is not None:
                break
            # It need not be there while the next is made.
            del batch
    joining.finish()


def _name_of(part: Range) -> str:
    last = part.first_record + part.records - 1
    return f"range {part.number}, records {part.first_record:,} to {last:,}"


def _contract_for(schema: SchemaLike | None, source: Source, mapping: SenderMapping | None) -> tuple[Contract, str]:
    if schema is not None:
        return opened_contract(schema), "named"
    if mapping is not None and mapping.schema is not None:
        return opened_contract(mapping.schema), f"{mapping.name} names it"
    return choose_schema(source.header)


def _first_cells(source: Source) -> dict[int, list[str]]:
    """Return cells of the first records, by column position."""
    found: dict[int, list[str]] = {position: [] for position in range(len(source.header))}
    for table in read_all(source):
        rows = int((table.frame.index <= SAMPLE).sum())
        for position, texts in found.items():
            texts += table.frame[position].iloc[:rows].tolist()
        if table.range.first_record + table.range.records > SAMPLE:
            break
    return found


def _settings(work: Work, existing: Sequence[ExistingList]) -> dict[str, Any]:
    target, settings = work.contract.target, work.settings
    policy = settings.judging
    return {
        "on_invalid": policy.on_invalid or target.on_invalid,
        "strict_phones": strict_of(None, target, policy),
        "region": policy.region or target.region,
        "phone_form": target.phone_form,
        "date_order": policy.date_order or target.date_order,
        "unmapped": settings.rest,
        "placeholders": sorted(placeholders_of(None, target, policy)),
        "max_errors": settings.max_errors.text if settings.max_errors else None,
        "duplicates_by": [mapped.field.name for mapped in work.identity],
        "survivor": settings.survivor,
        "existing": [one.as_setting() for one in existing],
        "check_domains": settings.check_domains is not None,
    }


def _counts(joined: Joined) -> dict[str, int]:
    by_severity = {"error": 0, "warning": 0, "info": 0}
    for topic, count in joined.found.counts.items():
        by_severity[topic.severity] += count
    return {
        "records": joined.accepted + joined.rejected,
        "accepted": joined.accepted,
        "rejected": joined.rejected,
        "duplicates": joined.duplicates,
        "known": joined.known,
        "changed_cells": joined.changed_cells,
        "errors": by_severity["error"],
        "warnings": by_severity["warning"],
        "infos": by_severity["info"],
        "blank_would_accept": joined.blank_would_accept,
    }


def _report(
    work: Work,
    chosen: str,
    joined: Joined,
    existing: Sequence[ExistingList],
    asked: Asked | None,
    remarks: Remarks,
) -> dict[str, Any]:
    """Return the contents of `report.json`."""
    source, contract = work.source, work.contract
    return {
        "version": 1,
        "tool": {"name": "contactprep", "version": __version__},
        "source": {
            **describe_source(source),
            **describe_columns(work, remarks),
        },
        "schema": {
            "name": contract.name,
            "title": contract.target.title,
            "chosen": chosen,
            "notes": list(contract.target.notes),
            "blank_overwrites": contract.target.blank_overwrites,
        },
        "counts": _counts(joined),
        "budget": {
            "max_errors": work.settings.max_errors.text if work.settings.max_errors else None,
            "exceeded": joined.over_budget,
            "judged": joined.accepted + joined.rejected,
            "records": source.records,
        },
        **({"domains": asked.as_report()} if asked else {}),
        "rules": joined.found.as_findings(work.header.names),
        "changes": joined.changed.as_changes(work.header.names),
        "suggestions": [
            {"column": one.column, "position": one.position + 1, "field": one.field, "reason": one.reason}
            for one in remarks.suggestions
        ],
        "settings": _settings(work, existing),
        "judges": {name: version(name) for name in JUDGES},
    }


def _manifest(work: Work, report: Report) -> dict[str, Any]:
    """Return the contents of `manifest.json` but for the files."""
    source, target, spec = work.source, work.contract.target, work.contract.spec
    return {
        "format": MANIFEST_FORMAT,
        "tool": {"name": "contactprep", "version": __version__},
        "publishable": not report.over_budget,
        "source": {"name": source.name, "sha256": source.sha256, "size": source.size},
        "schema": {
            "name": work.contract.name,
            "spec": {"name": spec.name, "sha256": spec.sha256} if spec else None,
            "hub": target.hub,
            "object": target.object,
            "key": work.contract.key.name,
            "upsert_key": target.upsert_key,
            "blank_overwrites": target.blank_overwrites,
            "max_part_records": target.max_part_records,
            "max_part_bytes": target.max_part_bytes,
        },
        "columns": list(work.header.columns),
        "counts": dict(report.data["counts"]),
        "settings": report.data["settings"],
    }


@contextmanager
def _private_folder() -> Generator[Path]:
    """Yield a folder only we can read, in the system's temporary directory; it is removed on leaving."""
    with tempfile.TemporaryDirectory(prefix="contactprep-") as name:
        yield Path(name)
