"""Drafts a schema file from a good contact file: a guess for each column, with its evidence."""

from pipeline.inferring.running import infer

__all__ = ["infer"]
