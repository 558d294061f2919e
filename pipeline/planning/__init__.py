"""A prepared folder, read and cut into the parts that upload jobs carry."""

from pipeline.planning.cutting import Part, Plan, plan
from pipeline.planning.manifests import FileEntry, Manifest, Target, read_manifest

__all__ = ["FileEntry", "Manifest", "Part", "Plan", "Target", "plan", "read_manifest"]
