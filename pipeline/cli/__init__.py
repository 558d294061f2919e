"""The command: arguments, streams, exit status. The only place that prints."""

from pipeline.cli.main import main

__all__ = ["main"]
