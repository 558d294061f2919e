"""The sweep: each call that alters something, in turn, is where the process dies, fails, or finds the disk full.

After each the same command is run again, undisturbed. A point is *unsound* if the disturbed run left what must not
be, *unrecovered* if the second one did not end as a run that was never disturbed.

`python -m tests.crash` visits every point; `--points 60 --seed 1` a sample of them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.crash.faults import Ended, Fault, Unavailable, run
from tests.crash.scenes import COLUMNS, OUT, Preparing, Scene, Uploading, contact_file

KINDS = ("kill", "eio", "full")
SKIPPED = 77
"""Exit status where the kernel does not allow the sweep, as `automake` has it for tests that cannot run."""


@dataclass
class Sweep:
    """Runs scenes under faults below one folder.

    Attributes:
        folder: Where everything happens.
        counts: How many points there were, by scene, kind and verdict.
        wrong: What was wrong, one line each.
    """

    folder: Path
    counts: Counter[tuple[str, str, str]]
    wrong: list[str]

    def undisturbed(self, scene: Scene) -> Ended:
        """Run a scene without a fault, have it learn what is right, and return how it ended."""
        self._fresh(scene)
        warm(lambda: scene.body(self.root), self.folder)
        self._fresh(scene)
        ended = self._run(scene, Fault())
        scene.learn(self.root, ended)
        return ended

    def visit(self, scene: Scene, fault: Fault) -> None:
        """Run a scene under a fault, and once more without; note what was wrong."""
        self._fresh(scene)
        first = self._run(scene, fault)
        unsound = scene.unsound(self.root, first)
        second = self._run(scene, Fault())
        unrecovered = scene.unrecovered(self.root, second)
        call = first.calls[fault.at - 1] if fault.at <= len(first.calls) else None
        verdict = "not reached" if call is None else "visited"
        self.counts[scene.name, fault.kind, verdict] += 1
        for word, texts in (("unsound", unsound), ("unrecovered", unrecovered)):
            if texts:
                self.counts[scene.name, fault.kind, word] += 1
                where = f"{call.name} {call.place}" if call else "-"
                self.wrong.append(f"{scene.name}: {fault} ({where}): {word}: {'; '.join(texts)}")
                print(self.wrong[-1], flush=True)

    @property
    def root(self) -> Path:
        """The folder whose files are disturbed."""
        return self.folder / "root"

    def _fresh(self, scene: Scene) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        scene.lay(self.root)

    def _run(self, scene: Scene, fault: Fault) -> Ended:
        ended = run(
            lambda: scene.body(self.root),
            fault=fault,
            root=self.root,
            output=self.root / "said",
            errors=self.folder / "errors",
        )
        (self.root / "said").unlink(missing_ok=True)
        scene.settle()
        return ended


def warm(body: Callable[[], int], folder: Path) -> int:
    """Return the status of a function in a forked process, undisturbed and silent, and import here what it did."""
    listed = folder / "modules"
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        status = body()
        listed.write_text("\n".join(sorted(sys.modules)))
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for name in listed.read_text().split("\n"):
        if name != "__main__":
            with suppress(Exception):
                importlib.import_module(name)
    return status


def scenes(folder: Path, url: str) -> list[Scene]:
    """Return all scenes; what they begin with is made below a folder."""
    made = folder / "made"
    made.mkdir()
    old = Preparing("")
    (made / "tmp").mkdir()
    (made / "contacts.csv").write_text(contact_file(9, "old"), encoding="utf-8")
    assert warm(lambda: old.body(made), folder) == 1
    (made / OUT).rename(made / "old")
    (made / "contacts.csv").write_text(contact_file(10), encoding="utf-8")
    assert warm(lambda: old.body(made), folder) == 1
    return [
        Preparing("prepare"),
        Preparing("prepare over an earlier result", replaces=True, made=made / "old"),
        Uploading("upload", made / OUT, url),
        Uploading("upload, three at once", made / OUT, url, more=("--parallel", "3")),
    ]


def main() -> int:
    """Return 0 if every point was sound and recovered, 77 if this kernel does not allow the sweep, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--points", type=int, help="how many points of all, chosen by the seed (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scene", action="append", help="only this one; may be given several times")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this fault; may be given several times")
    parser.add_argument("--place", default="", help="only calls on files whose name contains this, or `socket`")
    asked = parser.parse_args()
    begun = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.receiving", "--keep", "--columns", COLUMNS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        url = json.loads(server.stdout.readline())["url"]
        with tempfile.TemporaryDirectory(prefix="crash-") as name:
            sweep = Sweep(Path(name).resolve(), Counter(), [])
            wanted = [scene for scene in scenes(sweep.folder, url) if not asked.scene or scene.name in asked.scene]
            calls = [sweep.undisturbed(scene).calls for scene in wanted]
            points = [
                (scene, Fault(kind, at))
                for scene, made in zip(wanted, calls, strict=True)
                for kind in asked.kind or KINDS
                for at, call in enumerate(made, start=1)
                if asked.place in call.place
            ]
            if asked.points is not None and asked.points < len(points):
                points = random.Random(asked.seed).sample(points, asked.points)
            for scene, fault in points:
                sweep.visit(scene, fault)
    except Unavailable as reason:
        print(f"this kernel does not allow it: {reason}")
        return SKIPPED
    finally:
        server.stdin.close()
        server.wait(10)
        server.stdout.close()
    return _tell(sweep, time.monotonic() - begun)


def _tell(sweep: Sweep, seconds: float) -> int:
    total: Counter[str] = Counter()
    print(f"{'scene':<34} {'fault':<6} {'points':>7} {'unsound':>8} {'unrecovered':>12}")
    for scene, kind in dict.fromkeys((scene, kind) for scene, kind, _ in sweep.counts):
        found = {word: sweep.counts[scene, kind, word] for word in ("visited", "unsound", "unrecovered")}
        total.update(found)
        print(f"{scene:<34} {kind:<6} {found['visited']:>7} {found['unsound']:>8} {found['unrecovered']:>12}")
    print(f"{total['visited']} points, {total['unsound']} unsound, {total['unrecovered']} unrecovered; {seconds:.0f} s")
    return 1 if sweep.wrong or not total["visited"] else 0
