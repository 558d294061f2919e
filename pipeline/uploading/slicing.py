"""Reading the bytes of a part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pipeline.errors import ManifestError
from pipeline.uploading.port import FileSlice

_PIECE_BYTES = 1 << 20


def read_slice(file: FileSlice) -> Iterator[bytes]:
    """Yield header and slice in pieces of at most 1 MiB.

    Raises:
        ManifestError: They cannot be read, or (after the last piece) are not the bytes that were planned.
    """
    digest, left = hashlib.sha256(file.header), file.end - file.start
    yield file.header
    try:
        with file.path.open("rb") as opened:
            opened.seek(file.start)
            while left and (piece := opened.read(min(left, _PIECE_BYTES))):
                digest.update(piece)
                left -= len(piece)
                yield piece
    except OSError as reason:
        raise ManifestError(f"{file.path} cannot be read ({reason.strerror}); prepare the file again") from None
    if digest.hexdigest() != file.sha256:
        raise ManifestError(f"{file.path} was changed since it was planned; prepare the file again")
