"""Tells Forklore of this Python: that it is there, what it prints, that it ends."""

import atexit
import json
import os
import sys
import time

_PIPE = os.environ.get("FORKLORE_TRY_EVENTS")


def _tell(kind, **fields):
    line = {"t": time.monotonic_ns(), "p": os.getpid(), "e": kind}
    line.update(fields)
    try:
        os.write(_FD, (json.dumps(line) + "\n").encode())
    except OSError:
        pass


def _role():
    main = sys.modules.get("multiprocessing.process")
    arguments = " ".join(getattr(sys, "orig_argv", []))
    if "resource_tracker" in arguments or "multiprocessing.forkserver" in arguments:
        return "helper", None
    if "multiprocessing.spawn" in arguments:
        return "child", None
    if main is not None and main.parent_process() is not None:
        name = main.current_process().name
        return ("pool" if "PoolWorker" in name else "child"), name
    return "main", "MainProcess"


def _hello():
    role, name = _role()
    _tell("hello", parent=os.getppid(), python=sys.version.split()[0], gil=True, role=role, name=name)


class _Out:
    def __init__(self, stream, fd):
        self._stream, self._fd = stream, fd

    def write(self, text):
        for at in range(0, len(text), 500):
            _tell("out", fd=self._fd, d=text[at:at + 500])
        return len(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


if _PIPE:
    try:
        _FD = os.open(_PIPE, os.O_WRONLY)
    except OSError:
        _FD = -1
    if _FD >= 0:
        _hello()
        sys.stdout, sys.stderr = _Out(sys.stdout, 1), _Out(sys.stderr, 2)
        atexit.register(lambda: _tell("bye", cpu_ns=time.process_time_ns()))
        os.register_at_fork(after_in_child=_hello)
