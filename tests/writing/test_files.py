"""Files that know their digest: whatever is written in whatever steps, and sent to the disk meanwhile."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from pipeline.writing import files
from pipeline.writing.files import digest_writer


@pytest.mark.parametrize("window", [1, 7, 1 << 20])
def test_what_is_sent_meanwhile_is_what_was_written(
    window: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "WINDOW", window)
    monkeypatch.setattr(files, "STEP", 5)
    parts = [os.urandom(count) for count in (0, 3, 17, 5, 1, 0, 40)]
    with digest_writer(tmp_path / "file") as writer:
        for part in parts:
            writer.write(part)
        written = writer.close()
    data = b"".join(parts)
    assert (tmp_path / "file").read_bytes() == data
    assert (written.sha256, written.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_a_disk_that_fails_meanwhile_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk failed")

    monkeypatch.setattr(files, "WINDOW", 4)
    monkeypatch.setattr(os, "fsync", fail)
    with digest_writer(tmp_path / "file") as writer:
        writer.write(b"12345")
        with pytest.raises(OSError, match="the disk failed"):
            writer.write(b"12345")
