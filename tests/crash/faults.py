"""Faults at the boundary of the kernel: the n-th call that alters something does not happen, or ends the process.

A process installs a seccomp filter before it begins; each of its calls that would alter a file or send on a socket, of
all its threads and of the processes it starts, then waits in the kernel until its supervisor has decided: go on, fail
with an error, or die. Nothing of Python or SQLite is replaced, and nothing but the kernel (Linux 5.9 or later) is
needed. Source of the structures and numbers: Linux, `include/uapi/linux/seccomp.h`, `filter.h`, `bpf_common.h` and
`audit.h`, and the tables of system calls of x86-64 (`arch/x86/entry/syscalls/syscall_64.tbl`) and of the generic ABI
that arm64 uses (`include/uapi/asm-generic/unistd.h`).

What a shared mapping writes is not seen: SQLite's `-shm` file, which holds nothing that outlives a process.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import socket
import stat
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_CREATES = os.O_CREAT | os.O_TRUNC
_CONTROL = 900
"""The descriptor over which the filter's listener is handed to the supervisor; calls on it are not held."""

# name: (number on x86-64, number on arm64, which arguments are paths, each as (its directory's or None, its own), or
# which one is a descriptor).
_CALLS: dict[str, tuple[int | None, int | None, tuple[tuple[int | None, int], ...] | int]] = {
    "write": (1, 64, 0),
    "pwrite64": (18, 68, 0),
    "writev": (20, 66, 0),
    "pwritev": (296, 70, 0),
    "pwritev2": (328, 287, 0),
    "sendfile": (40, 71, 0),
    "copy_file_range": (326, 285, 2),
    "fallocate": (285, 47, 0),
    "ftruncate": (77, 46, 0),
    "fsync": (74, 82, 0),
    "fdatasync": (75, 83, 0),
    "fchmod": (91, 52, 0),
    "sendto": (44, 206, 0),
    "sendmsg": (46, 211, 0),
    "connect": (42, 203, 0),
    "open": (2, None, ((None, 0),)),
    "openat": (257, 56, ((0, 1),)),
    "creat": (85, None, ((None, 0),)),
    "truncate": (76, 45, ((None, 0),)),
    "rename": (82, None, ((None, 0), (None, 1))),
    "renameat": (264, 38, ((0, 1), (2, 3))),
    "renameat2": (316, 276, ((0, 1), (2, 3))),
    "unlink": (87, None, ((None, 0),)),
    "unlinkat": (263, 35, ((0, 1),)),
    "rmdir": (84, None, ((None, 0),)),
    "mkdir": (83, None, ((None, 0),)),
    "mkdirat": (258, 34, ((0, 1),)),
    "chmod": (90, None, ((None, 0),)),
    "fchmodat": (268, 53, ((0, 1),)),
    "link": (86, None, ((None, 0), (None, 1))),
    "linkat": (265, 37, ((0, 1), (2, 3))),
    "symlink": (88, None, ((None, 1),)),
    "symlinkat": (266, 36, ((1, 2),)),
}
_TAKES_SPACE = frozenset(
    {"write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "fallocate", "ftruncate"}
    | {"open", "openat", "creat", "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat"}
    | {"rename", "renameat", "renameat2", "fsync", "fdatasync"}
)
_MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""By machine: its column above, its audit number, and the number of the call `seccomp`."""

_AT_FDCWD = -100
_PIDFD_GETFD = 438
_NO_NEW_PRIVILEGES = 38
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_LOAD, _EQUAL, _SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_NOTIF, _RESPONSE = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_GO_ON = 1


@dataclass(frozen=True)
class Call:
    """A call that would alter something.

    Attributes:
        name: Its name.
        place: The file (the last one where there are two), or `socket`.
    """

    name: str
    place: str

    @property
    def sends(self) -> bool:
        """Whether it is about a socket."""
        return self.place == "socket"


@dataclass(frozen=True)
class Fault:
    """What befalls a process.

    Attributes:
        kind: `none`; `kill`: it dies at the call; `eio`: the call fails, once, as by a bad disk (on a socket: the
            connection is reset); `full`: it fails for want of space, and so does each later one that takes space.
        at: Which call, from 1.
    """

    kind: str = "none"
    at: int = 0

    def __str__(self) -> str:
        return f"{self.kind} at call {self.at}" if self.at else "no fault"


@dataclass
class Ended:
    """How a process ended.

    Attributes:
        status: Its exit status; negative for a signal.
        calls: The calls that altered something in the folder, or would have.
        errors: What it wrote to standard error.
        fault: What befell it.
    """

    status: int
    errors: str
    fault: Fault = Fault()
    calls: list[Call] = field(default_factory=list)


class Unavailable(Exception):  # noqa: N818  # it is named for what the kernel's facility is
    """This machine's kernel does not let a process supervise another so."""


def run(body: Callable[[], int], *, fault: Fault, root: Path, output: Path, errors: Path) -> Ended:
    """Run a function in a forked process under a fault and return how it ended.

    Args:
        body: Returns the exit status. It runs with standard output and error in files.
        fault: What befalls it. Only calls on files below `root` and on sockets count.
        root: The folder.
        output: Where standard output goes.
        errors: Where standard error goes; a file outside `root`, which is never disturbed.

    Raises:
        Unavailable: The kernel lacks what is needed.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        _be_child(body, theirs, output, errors)
    theirs.close()
    try:
        with ours:
            _, listeners, _, _ = socket.recv_fds(ours, 1, 1)
        if not listeners:
            os.waitpid(child, 0)
            raise Unavailable(errors.read_text() or "no listener")
        calls = _supervise(listeners[0], child, fault, root)
        os.close(listeners[0])
    except BaseException:
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        raise
    _, status = os.waitpid(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), errors.read_text("utf-8", "replace"), fault, calls)


def _be_child(body: Callable[[], int], control: socket.socket, output: Path, errors: Path) -> None:
    """Install the filter, run the body, and end this process. Never returns."""
    import sys
    import traceback

    status = 70
    try:
        # A group of its own, so that a kill takes the processes with it that it has started.
        os.setpgid(0, 0)
        for path, number in ((output, 1), (errors, 2)):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(handle, number)
            os.close(handle)
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        os.dup2(control.fileno(), _CONTROL)
        control.close()
        listener = _install()
        with socket.socket(fileno=_CONTROL) as end:
            socket.send_fds(end, [b"."], [listener])
        os.close(listener)
        status = body()
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stderr.flush()
        finally:
            os._exit(status)


def _install() -> int:
    """Put this process under a filter for good and return the filter's listener."""
    column, audit, seccomp = _machine()
    program: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),  # the machine of the call
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, 0),  # its number
    ]
    for name, entry in _CALLS.items():
        number = entry[column]
        if number is None:
            continue
        if name in ("open", "openat"):
            flags = 16 + 8 * (2 if name == "openat" else 1)
            inner = [(_LOAD, 0, 0, flags), (_SET, 0, 1, _CREATES), (_RETURN, 0, 0, _NOTIFY), (_RETURN, 0, 0, _ALLOW)]
        elif name == "sendmsg":
            inner = [(_LOAD, 0, 0, 16), (_EQUAL, 0, 1, _CONTROL), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]
        else:
            inner = [(_RETURN, 0, 0, _NOTIFY)]
        program += [(_EQUAL, 0, len(inner), number), *inner]
    program.append((_RETURN, 0, 0, _ALLOW))
    packed = b"".join(struct.pack("=HBBI", *line) for line in program)
    lines = ctypes.create_string_buffer(packed, len(packed))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(lines)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    listener: int = libc.syscall(seccomp, _SET_MODE_FILTER, _NEW_LISTENER, head)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def _machine() -> tuple[int, int, int]:
    try:
        return _MACHINES[platform.machine()]
    except KeyError:
        raise Unavailable(f"the numbers of the calls of {platform.machine()} are not known") from None


def _supervise(listener: int, child: int, fault: Fault, root: Path) -> list[Call]:
    """Decide each call until the process and what it started have ended; return those that count."""
    column, _, _ = _machine()
    names = {entry[column]: name for name, entry in _CALLS.items()}
    calls: list[Call] = []
    full = False
    poller = select.poll()
    poller.register(listener, select.POLLIN)
    while True:
        _, events = poller.poll()[0]
        if not events & select.POLLIN:
            return calls
        buffer = bytearray(_NOTIF.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, buffer)
        except OSError as reason:
            if reason.errno in (errno.ENOENT, errno.EINTR):  # it was killed while it waited
                continue
            raise
        token, pid, _, number, _, _, *arguments = _NOTIF.unpack(buffer)
        call = _call(names[number], pid, arguments, root)
        error = 0
        if call is not None:
            calls.append(call)
            hit = len(calls) == fault.at
            full = full or (hit and fault.kind == "full")
            if hit and fault.kind == "kill":
                os.killpg(child, signal.SIGKILL)
                continue
            if hit and fault.kind == "eio":
                error = errno.EIO
                if call.sends:
                    error = errno.ECONNRESET
                    _break_off(pid, arguments[0])
            elif full and call.name in _TAKES_SPACE and not call.sends:
                error = errno.ENOSPC
        try:
            fcntl.ioctl(listener, _SEND, _RESPONSE.pack(token, 0, -error, 0 if error else _GO_ON))
        except OSError as reason:
            if reason.errno != errno.ENOENT:
                raise


def _break_off(pid: int, handle: int) -> None:
    """Shut a process's socket down, so that what follows is what follows on a reset."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/proc/{pid}/status", encoding="ascii") as status:  # the caller may be a thread
        group = next(int(line.split()[1]) for line in status if line.startswith("Tgid:"))
    process = os.pidfd_open(group)
    try:
        copy = libc.syscall(_PIDFD_GETFD, process, ctypes.c_int(handle), 0)
        if copy < 0:
            raise OSError(ctypes.get_errno(), "pidfd_getfd")
        with socket.socket(fileno=copy) as same, suppress(OSError):
            same.shutdown(socket.SHUT_RDWR)
    finally:
        os.close(process)


def _call(name: str, pid: int, arguments: list[int], root: Path) -> Call | None:
    """Return a call if it is on a socket or a file below the root."""
    places = _CALLS[name][2]
    try:
        if isinstance(places, int):
            link = f"/proc/{pid}/fd/{arguments[places]}"
            if stat.S_ISSOCK(os.stat(link).st_mode):
                return Call(name, "socket")
            paths = [os.readlink(link)]
        else:
            paths = [_path(pid, arguments, *place) for place in places]
    except OSError:  # the call will fail by itself
        return None
    inside = [path for path in paths if path.startswith(f"{root}/")]
    return Call(name, inside[-1].removeprefix(f"{root}/")) if inside else None


def _path(pid: int, arguments: list[int], folder: int | None, name: int) -> str:
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        memory.seek(arguments[name])
        text = os.fsdecode(memory.read(4096).partition(b"\0")[0])
    handle = _AT_FDCWD if folder is None else ctypes.c_int(arguments[folder]).value
    base = os.readlink(f"/proc/{pid}/cwd" if handle == _AT_FDCWD else f"/proc/{pid}/fd/{handle}")
    return os.path.normpath(os.path.join(base, text))
