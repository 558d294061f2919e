"""An SAP Open Connectors on this machine: the Bulk API over a loopback socket, with SQLite behind it.

It is written from the public documentation of the API alone and imports nothing else of this distribution, so that
a client written from the same documentation and this server can disagree: then one of the two has misread it.

Run it as `python -m pipeline.sandbox`, or inside a process with `pipeline.sandbox.serving.Sandbox`.
"""
