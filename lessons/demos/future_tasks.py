"""What the demo `futures` gives its executors to do.

A module of its own that imports little: each subinterpreter imports it anew.
"""

import os
import threading
import time

import workloads
from usage import Meter, native_id


def wait(length_s):
    """Waits; returns who did."""
    time.sleep(length_s)
    return os.getpid(), threading.get_ident()


def compute(workload, size, seed, part, of):
    """One part of the work, and what it used; plain data, so that it can be sent."""
    work = workloads.prepare(workload, size, seed)
    meter = Meter("thread")
    checksum = work(part, of)
    meter.tasks += 1
    return {
        "pid": os.getpid(),
        "tid": native_id(),
        "thread": threading.get_ident(),
        "usage": meter.finish(),
        "checksum": checksum,
    }
