"""Sending a prepared folder to the platform, and finding out what became of each record.

Importing it does not import the HTTP library; that happens when a transport is made.
"""

from pipeline.uploading.callbacks import verify_signature
from pipeline.uploading.client import Client
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection, connection_from_environment
from pipeline.uploading.profiles import find_connection
from pipeline.uploading.receipts import PartReceipt, Receipt, receipt_from_json
from pipeline.uploading.runs import Settings
from pipeline.uploading.sending import upload

__all__ = [
    "Client",
    "Clock",
    "Connection",
    "PartReceipt",
    "Receipt",
    "Settings",
    "connection_from_environment",
    "find_connection",
    "receipt_from_json",
    "upload",
    "verify_signature",
]
