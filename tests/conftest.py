"""What every test relies on."""

from __future__ import annotations

import signal

# What is started in the background of a shell ignores Ctrl-C, and so would each command that a test starts and stops.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
