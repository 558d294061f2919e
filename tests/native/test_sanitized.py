"""The kernels keep within their bounds: hostile texts under the address and undefined-behaviour sanitizers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KINDS = ("email", "phone-US", "website", "text")
HOSTILE = (
    ("benchmarks.fuzz_lanes", *(f"--kind={kind}" for kind in KINDS), "--values=2000"),
    ("benchmarks.fuzz_reading", "--minutes=0.1"),
)
COPIED = ("pipeline", "schemas", "tests", "benchmarks", "sample_data")


def sanitizer() -> str:
    """Return the sanitizer's library, or skip where gcc has none."""
    if shutil.which("gcc"):
        found = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
        if "/" in found.stdout:
            return found.stdout.strip()
    pytest.skip("no gcc with the address sanitizer")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the sources, with kernels that check each of their steps."""
    sanitizer()
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "kernels*.so"))
    shutil.copy2(ROOT / "hatch_build.py", tmp_path)
    compile_sanitized(tmp_path)
    return tmp_path


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of the copy."""
    environment = {
        **os.environ,
        "LD_PRELOAD": sanitizer(),
        # What Python keeps to its end is no leak. Memory of pools would hide where a buffer ends.
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONPATH": str(checkout),
    }
    arguments = [sys.executable, "-m", *command]
    return subprocess.run(arguments, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def compile_sanitized(checkout: Path) -> None:
    arguments = [sys.executable, "hatch_build.py", "--sanitize"]
    subprocess.run(arguments, cwd=checkout, env={**os.environ, "CC": "gcc"}, check=True)


def test_kernels_keep_within_their_bounds(checkout: Path) -> None:
    """Hostile texts make them read or write nowhere else; one that is made to write too far is caught."""
    for command in HOSTILE:
        done = run(checkout, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    kernel = checkout / "schemas" / "native" / "texts.c"
    text = kernel.read_text("utf-8")
    assert text.count("out_borders[0] = 0;") == 1
    kernel.write_text(text.replace("out_borders[0] = 0;", "out_borders[count + 1] = 0;"), "utf-8")
    compile_sanitized(checkout)
    done = run(checkout, "benchmarks.fuzz_lanes", "--kind=text", "--values=500")
    assert done.returncode != 0
    assert "AddressSanitizer: heap-buffer-overflow" in done.stderr
