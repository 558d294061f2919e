"""Sending a prepared folder to a target, and finding out what became of each record.

Importing it imports neither the HTTP client nor the server; that happens when a transport or a receiver is made.
"""

from pipeline.uploading.callbacks import Callback, Refused, read_callback, verify_signature
from pipeline.uploading.client import Client, JobErrors
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection, connection_from_environment
from pipeline.uploading.drops import make_drop
from pipeline.uploading.hints import Hints
from pipeline.uploading.listening import listen
from pipeline.uploading.port import FileSlice
from pipeline.uploading.profiles import find_connection, find_target
from pipeline.uploading.receipts import PartReceipt, Receipt, receipt_from_json
from pipeline.uploading.runs import Settings
from pipeline.uploading.sending import upload
from pipeline.uploading.slicing import read_slice
from pipeline.uploading.statuses import JobStatus, State
from pipeline.uploading.targets import Destination, Lost, Place, Target

__all__ = [
    "Callback",
    "Client",
    "Clock",
    "Connection",
    "Destination",
    "FileSlice",
    "Hints",
    "JobErrors",
    "JobStatus",
    "Lost",
    "PartReceipt",
    "Place",
    "Receipt",
    "Refused",
    "Settings",
    "State",
    "Target",
    "connection_from_environment",
    "find_connection",
    "find_target",
    "listen",
    "make_drop",
    "read_callback",
    "read_slice",
    "receipt_from_json",
    "upload",
    "verify_signature",
]
