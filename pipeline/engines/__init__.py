"""Who carries out the tasks of phase 1: this process alone, or others beside it. Knows nothing of what they are."""

from pipeline.engines.processes import Crew

__all__ = ["Crew"]
