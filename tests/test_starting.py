"""What a process of our own leaves unloaded is there for whoever asks for it later."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
from pipeline.starting import load_pandera
load_pandera()
import pandera.pandas
print("hypothesis" in sys.modules)
import hypothesis
print(hypothesis.__name__)
"""


def test_pandera_loads_without_hypothesis_which_can_be_had_later() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "hypothesis"]
