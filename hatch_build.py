"""Compiles the kernels (`*/native/*.c`) when a wheel is built or the project is installed from its sources.

Run as a program, it compiles them in place: `python hatch_build.py [--sanitize]`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGES = ("pipeline", "schemas")
FLAGS = ("-std=c11", "-O3", "-shared", "-fvisibility=hidden", *(() if os.name == "nt" else ("-fPIC",)))
STRICT = ("-Wall", "-Wextra", "-Werror")
SANITIZE = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")
ZIG = "ziglang"
"""A C compiler that comes as a wheel, for machines that have none."""


def compiler() -> list[str] | None:
    """Return the command of the C compiler, $CC or cc, or None where there is none."""
    words = os.environ.get("CC", "cc").split()
    return words if words and shutil.which(words[0]) else None


def compile_kernels(root: Path, more_flags: Sequence[str] = ()) -> list[str]:
    """Compile each package's kernels into one library beside them; returns these files, relative to the root.

    Raises:
        SystemExit: The compiler refused.
    """
    # Left alone, zig would compile for the very processor that it runs on.
    command = compiler() or [sys.executable, "-m", ZIG, "cc", "-mcpu=baseline"]
    made: list[str] = []
    for package in PACKAGES:
        folder = root / package / "native"
        target = folder / "kernels.so"
        # Another process may have the old one loaded: it keeps that, the new one is another file.
        fresh = folder / f"kernels.{os.getpid()}.so"
        sources = sorted(map(str, folder.glob("*.c")))
        done = subprocess.run([*command, *FLAGS, *more_flags, "-o", str(fresh), *sources], check=False)
        if done.returncode != 0:
            fresh.unlink(missing_ok=True)
            raise SystemExit(
                f"{command[0]} could not compile the kernels in {folder}: name another C compiler in the variable CC"
            )
        fresh.replace(target)
        made.append(target.relative_to(root).as_posix())
    return made


if __name__ == "__main__":
    compile_kernels(Path(__file__).parent, (*STRICT, *(SANITIZE if "--sanitize" in sys.argv[1:] else ())))
else:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class NativeBuildHook(BuildHookInterface[Any]):
        """What hatchling calls before it packs a wheel, editable ones too."""

        def dependencies(self) -> list[str]:
            """Return what the build needs beside hatchling."""
            return [] if compiler() else [ZIG]

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Compile, and say that the wheel is for this kind of machine and any Python."""
            if self.target_name != "wheel":
                return
            build_data["artifacts"] += compile_kernels(Path(self.root))
            build_data["pure_python"] = False
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{platform}"
