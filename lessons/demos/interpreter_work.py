"""What a subinterpreter does: it imports this module anew, as a process would."""

import json
import os

import workloads
from usage import Meter, now


def work(workload, size, seed, site, part, of, gate, told):
    """Makes its share ready, waits at the gate (a pipe), works, tells (a pipe)."""
    share = workloads.prepare(workload, size, seed, site)
    tell(told, now())
    if not os.read(gate, 1):
        return  # the gate is gone: the work is not needed any more
    meter = Meter("thread")
    checksum = share(part, of)
    meter.tasks += 1
    finished = now()
    tell(told, {"finished": finished, "usage": meter.finish(), "checksum": checksum})


def tell(told, what):
    os.write(told, json.dumps(what).encode("ascii") + b"\n")
