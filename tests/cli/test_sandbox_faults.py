"""`contactprep sandbox --faults FILE`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "contactprep"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "faults.json: cannot be read (No such file or directory)"),
        ("reset", "faults.json: not JSON"),
        ('[{"call": "create", "do": "rst"}]', "faults.json: rule 1: 'do' must be one of reset, silence"),
    ],
)
def test_rules_that_cannot_be_used(tmp_path: Path, text: str | None, words: str) -> None:
    """Exit 2 and one line that says where and what."""
    path = tmp_path / "faults.json"
    if text is not None:
        path.write_text(text)
    done = subprocess.run(
        [COMMAND, "sandbox", "--faults", path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_rules_of_a_file_are_ordered(tmp_path: Path) -> None:
    """The sandbox that is up misbehaves as the file says."""
    path = tmp_path / "faults.json"
    path.write_text('[{"call": "objects", "do": "answer", "status": 503, "times": null}]')
    with subprocess.Popen([COMMAND, "sandbox", "--faults", path], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(6)]
        base = next(line.partition("=")[2].strip() for line in lines if "CONTACTPREP_BASE_URL" in line)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with pytest.raises(urllib.error.HTTPError, match="503") as caught:
            opener.open(f"{base}/objects", timeout=10)
        caught.value.close()
        with opener.open(base.removesuffix("/elements/api-v2") + "/_sandbox/faults", timeout=10) as answer:
            assert [rule["fired"] for rule in json.load(answer)] == [1]
        child.send_signal(signal.SIGTERM)
    assert child.returncode == 143
