"""Tells a thread in the middle of work that has an end from a service: an endless loop, a watchdog, a reader."""

import _ast

from . import blocking, source
from .pipe import pause

# A loop over one of these has an end.
FINITE = (range, list, tuple, dict, set, str, bytes)
FINITE_CALLS = ("range", "enumerate", "zip", "sorted", "reversed")
# A thread computes if it does so at several looks.
LOOKS, PAUSE_S, LEAST_NS = 3, 0.005, 1_000_000
# A thread that uses one of these may have handed over all its results.
QUEUE_MODULES = ("queue", "_queue")
SIGNAL_TYPES = ("Event", "Condition", "Semaphore", "BoundedSemaphore", "Barrier")


def is_cut_off(innermost, tid):
    """Whether a thread with that stack has something to lose at the end of its program."""
    frames = list(source.learner_frames(innermost))
    statements = [one for frame in frames for one in statements_around(frame)]
    if not frames or any(isinstance(node, _ast.While) for node, _ in statements) or has_signals(frames):
        return False
    if not any(isinstance(node, _ast.For) and is_finite(node.iter, frame) for node, frame in statements):
        return is_computing(tid)
    wait = blocking.wait_of(innermost)
    return wait is None or wait.on in ("sleep", "call")


def statements_around(frame):
    for node, _ in source.enclosing(frame.f_code.co_filename, frame.f_lineno):
        yield node, frame


def is_finite(node, frame):
    if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name):
        return node.func.id in FINITE_CALLS
    return isinstance(source.value_of(node, frame), FINITE)


def is_computing(tid):
    for _ in range(LOOKS):
        before = cpu_ns(tid)
        pause(PAUSE_S)
        if cpu_ns(tid) - before < LEAST_NS:
            return False
    return True


def cpu_ns(tid):
    try:
        with open("/proc/self/task/%d/schedstat" % tid, "rb", buffering=0) as file:
            return int(file.read(100).split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def has_signals(frames):
    for frame in frames:
        for thing in [*frame.f_locals.values(), *frame.f_globals.values()]:
            kind = type(thing)
            if kind.__module__ in QUEUE_MODULES or (kind.__module__ == "threading" and kind.__name__ in SIGNAL_TYPES):
                return True
    return False
