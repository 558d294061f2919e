"""What an upload takes: `python -m benchmarks.uploading [--rows N] [--part N ...] [--parallel N ...]`.

A prepared folder of made contacts is sent, by the installed command, to a platform in a process of its own that takes
what comes and counts it (`benchmarks.receiving`). Each line is one upload: the client's time on the clock and of the
processor, the most memory it had, and what the same took with a thousand records, so that what grows with the file can
be told from what does not.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.processes import Usage, measure

COLUMNS = ("email", "first_name", "last_name", "company", "phone", "website")
SMALL = 1_000


def make_folder(folder: Path, rows: int) -> int:
    """Make a prepared folder of so many records; returns the bytes of its clean file."""
    folder.mkdir()
    with (folder / "clean.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number in range(rows):
            # One cell in ten is quoted, one in ten is blank.
            company = f"Company {number % 997}, Inc." if number % 2 else f"Company {number % 997}"
            phone = f"+1202555{number % 10_000:04d}" if number % 3 else ""
            email = f"person.{number:07d}@company{number % 997}.example.org"
            writer.writerow(
                (email, f"First{number % 313}", f"Last{number % 509}", company, phone, "https://www.example.org")
            )
    with (folder / "clean.index.csv").open("w", encoding="utf-8", newline="") as file:
        file.write("record,line\n")
        file.writelines(f"{number},{number + 1}\n" for number in range(1, rows + 1))
    files = {}
    for name in ("clean.csv", "clean.index.csv"):
        with (folder / name).open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        files[name] = {"sha256": digest, "size": (folder / name).stat().st_size, "records": rows}
    schema = {"name": "made.contact", "hub": "marketing", "object": "contact", "key": "email", "blank_overwrites": True}
    manifest = {
        "format": 1,
        "tool": {"name": "contactprep", "version": "0"},
        "publishable": True,
        "source": {"name": "made.csv", "sha256": "0" * 64, "size": 1},
        "schema": schema,
        "columns": list(COLUMNS),
        "counts": {"records": rows, "accepted": rows, "rejected": 0},
        "settings": {},
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return int(files["clean.csv"]["size"])


@contextmanager
def receiving() -> Generator[str]:
    """Yield the base URL of a platform in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.receiving", "--columns", ",".join(COLUMNS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.stdin.close()


def upload(folder: Path, url: str, part: int, parallel: int) -> Usage:
    """Upload a folder that was not uploaded yet and return what it took; every record must have arrived once."""
    settings = folder.parent / "contactprep.toml"
    settings.write_text(
        f'[connections.bench]\nbase_url = "{url}"\nhub = "marketing"\nobject = "contact"\nmax_part_records = {part}\n'
    )
    # The settings file is found in the working directory.
    os.chdir(folder.parent)
    used = measure(
        [sys.executable, "-m", "pipeline", "upload", str(folder), "--connection", "bench", "--parallel", str(parallel)]
    )
    shutil.rmtree(folder / "upload")
    return used


def ledger(url: str) -> Any:
    """Return what the platform took, and have it forget that."""
    with urllib.request.urlopen(f"{url}/_ledger") as answer:
        taken = json.load(answer)
    with urllib.request.urlopen(f"{url}/_reset", data=b"{}"):
        pass
    return taken


def main() -> int:
    """Print a table; return 1 if a record did not arrive once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploading", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--part", type=int, nargs="+", default=[100_000, 1_000], help="records in a part")
    parser.add_argument("--parallel", type=int, nargs="+", default=[1, 4])
    asked = parser.parse_args()
    for name in ("ELEMENT_TOKEN", "USER_SECRET"):
        os.environ[f"CONTACTPREP_{name}"] = "secret"
    home = str(Path(__file__).parent.parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryDirectory() as name, receiving() as url:
        folder = Path(name)
        make_folder(folder / "small", SMALL)
        size = make_folder(folder / "large", asked.rows)
        small = upload(folder / "small", url, SMALL, 1)
        ledger(url)
        print(f"{asked.rows:,} records, {size / 1e6:.1f} MB; with {SMALL:,}: {small.cpu:.2f} s, {small.peak:.0f} MiB")
        print(
            "| records a part | parallel | parts | wall s | CPU s | records/s | MB/s | peak MiB | above the small one |"
        )
        print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
        for part in asked.part:
            for parallel in asked.parallel:
                used = upload(folder / "large", url, part, parallel)
                taken = ledger(url)["jobs"]
                if sum(job["records"] for job in taken) != asked.rows:
                    print(f"{sum(job['records'] for job in taken):,} records arrived", file=sys.stderr)
                    return 1
                print(
                    f"| {part:,} | {parallel} | {len(taken):,} | {used.wall:.1f} | {used.cpu:.1f} "
                    f"| {asked.rows / used.wall:,.0f} | {size / 1e6 / used.wall:.1f} | {used.peak:.0f} "
                    f"| {used.peak - small.peak:.0f} |",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
