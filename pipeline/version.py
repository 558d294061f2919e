"""The version, in the one place that is read by the build, the command and the reports."""

__version__ = "0.1.0"
