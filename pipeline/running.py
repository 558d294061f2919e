"""`run`: prepare a file and upload what was accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.contracts import Contract, SchemaLike
from pipeline.errors import Exit
from pipeline.preparing import Prepared, Settings, prepare
from pipeline.reading.options import Reading
from pipeline.uploading import Connection, Receipt, Target, upload
from pipeline.uploading import Settings as UploadSettings
from pipeline.uploading.beginning import no_object
from pipeline.uploading.events import Progress, ignore
from pipeline.uploading.sending import place_of


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did.

    Attributes:
        prepared: The prepared folder.
        receipt: What became of the accepted records; None where nothing was sent, since more records were rejected than
            the error budget allows.
    """

    prepared: Prepared
    receipt: Receipt | None

    def __post_init__(self) -> None:
        if (self.receipt is None) != self.prepared.report.over_budget:
            raise ValueError("a folder is uploaded unless it is over its error budget")
        if self.receipt is not None and self.receipt.planned != self.prepared.report.accepted:
            raise ValueError("an upload accounts for every accepted record")

    @property
    def exit_status(self) -> Exit:
        """The upload's if that is not 0, else 1 if records were rejected."""
        uploaded = self.receipt.exit_status if self.receipt is not None else Exit.FINE
        return uploaded or self.prepared.report.exit_status()


def run(
    source: str | Path | BinaryIO,
    *,
    out: str | Path,
    connection: Connection | Target,
    schema: SchemaLike | None = None,
    settings: Settings | None = None,
    reading: Reading | None = None,
    name: str | None = None,
    no_wait: bool = False,
    callback_url: str | None = None,
    patience: UploadSettings | None = None,
    prepared: Callable[[Prepared], None] | None = None,
    jobs: int = 1,
    preparing: Callable[[int, int], None] | None = None,
    progress: Progress = ignore,
) -> Ran:
    """Return what became of each record of a file: rejected with its reason, or accepted, refused or unknown.

    Args:
        source: As for `prepare`.
        out: As for `prepare`.
        connection: Where to send to.
        schema: As for `prepare`.
        settings: As for `prepare`.
        reading: As for `prepare`.
        name: As for `prepare`.
        no_wait: As for `upload`.
        callback_url: As for `upload`.
        patience: As `settings` for `upload`.
        prepared: Is told when the folder is there, before anything is sent.
        jobs: As for `prepare`.
        preparing: As `progress` for `prepare`.
        progress: Is told what the upload does.

    Raises:
        PipelineError: What `prepare` and `upload` raise. If the upload fails, the folder stays, and `upload` goes on.
    """

    def approve(contract: Contract) -> None:
        if contract.target.object is None and place_of(connection).object is None:
            raise no_object(contract.name)

    folder = prepare(
        source,
        out=out,
        schema=schema,
        settings=settings,
        reading=reading,
        name=name,
        approve=approve,
        jobs=jobs,
        progress=preparing,
    )
    if prepared is not None:
        prepared(folder)
    if folder.report.over_budget:
        return Ran(folder, None)
    receipt = upload(
        folder.folder,
        connection=connection,
        no_wait=no_wait,
        callback_url=callback_url,
        settings=patience,
        progress=progress,
    )
    return Ran(folder, receipt)
