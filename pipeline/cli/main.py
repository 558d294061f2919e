"""Runs a command and turns whatever happens into one line and an exit status."""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from collections.abc import Sequence

from pipeline.cli import stopping
from pipeline.errors import Exit, PipelineError
from pipeline.starting import settle


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Without the program's name; by default those of the process.
    """
    settle()
    try:
        return _run(arguments)
    finally:
        if arguments is None:
            # The process ends: looking through all that is loaded for garbage once more would take a tenth of a second.
            gc.freeze()


def _run(arguments: Sequence[str] | None) -> int:
    from typer import TyperException

    from pipeline.cli.app import command

    if sys.stdout is None or sys.stderr is None:  # closed by the caller (`>&-`)
        return Exit.CANNOT_WRITE
    stopping.listen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a locale that lacks a character must not end a run
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        status = command(given)(args=given or ["--help"], standalone_mode=False)
        sys.stdout.flush()
        stopping.check()
        return int(status or 0) if given else Exit.USAGE
    except PipelineError as failure:
        _say(str(failure))
        return failure.exit_status
    except TyperException as fault:
        _say(f"{fault.format_message()} (see --help)")
        return fault.exit_code
    except stopping.Stopped as stopped:
        _say(f"{stopped.word}; nothing half-written was left, and the same command goes on or begins anew")
        return stopped.status
    except BrokenPipeError:
        # The reader of our output left (`| head`). What is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FINE
    except OSError as failure:
        if failure.filename is None or not os.path.exists(failure.filename):
            where = failure.filename or "the output"
            _say(f"cannot write {where}: {failure.strerror or failure}; free some space or write elsewhere")
            return Exit.CANNOT_WRITE
        return _bug(failure)
    except Exception as failure:
        return _bug(failure)


def _bug(failure: Exception) -> int:
    """Report our own fault: where it happened, without the values that its text may hold."""
    _say(f"a fault of contactprep itself ({type(failure).__name__}); please report these lines, they hold no data:")
    for frame in traceback.extract_tb(failure.__traceback__):
        print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
    return Exit.BUG


def _say(text: str) -> None:
    print(f"contactprep: {text}", file=sys.stderr)
