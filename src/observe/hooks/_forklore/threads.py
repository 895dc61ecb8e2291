"""Hooks `threading`: each thread's begin, end and processor time; `run` by mistake; joins."""

import sys
import time
from _thread import get_native_id

from .begin import ME, exiting, holds_gil
from .pipe import tell
from .processes import waited, waiting, watch_run
from .wrap import caller_is_internal, leave_no_frames, like, safe, wrap

# A wait is told when it has lasted that long.
PATIENCE_S = 0.2
# A thread that computed less has not competed for a core; reading its figures would take longer than it did.
WORTH_READING_NS = 5_000_000
MACHINERY = ("multiprocessing", "concurrent.futures")
WORKERS = {"worker", "_worker"}


def hook(module):
    wrap(module.Thread, "_bootstrap_inner", begins, ends)
    wrap(module, "_shutdown", before=lambda args, kwargs: exiting() if is_main() else None)
    watch_run(module.Thread, "thread", thread_not_started)
    hook_join(module.Thread)

    def is_main():
        return module.current_thread() is module.main_thread()


def is_internal(thread):
    """Whether it is a part of the library's own pools and queues."""
    target = getattr(thread, "_target", None)
    if type(thread).__module__.startswith(MACHINERY):
        name = getattr(target, "__name__", "")
        return name not in WORKERS
    where = getattr(target, "__module__", None) or ""
    return where.startswith(MACHINERY) and getattr(target, "__name__", "") not in WORKERS


def begins(args, kwargs):
    thread = args[0]
    internal = is_internal(thread)
    tell("thread_started", tid=get_native_id(), name=thread.name, internal=internal)
    return time.thread_time_ns()


def ends(note, result, args):
    cpu_ns = time.thread_time_ns() - (note or 0)
    has_computed = cpu_ns >= WORTH_READING_NS
    tell(
        "thread_ended",
        tid=get_native_id(),
        cpu_ns=cpu_ns,
        delay_ns=delay() if has_computed else None,
        waits=waits() if has_computed else None,
        gil=holds_gil(),
    )


def delay():
    """Nanoseconds in which this thread could have run, but other programs had the cores."""
    try:
        with open("/proc/thread-self/schedstat", "rb", buffering=0) as file:
            return int(file.read(100).split()[1])
    except (OSError, ValueError, IndexError):
        return None


def waits():
    """How often this thread gave its core away to wait: for a lock, for data, for time to pass."""
    try:
        with open("/proc/thread-self/status", "rb", buffering=0) as file:
            words = file.read(4096).split()
        return int(words[words.index(b"voluntary_ctxt_switches:") + 1])
    except (OSError, ValueError, IndexError):
        return None


def thread_not_started(thread):
    return not thread._started.is_set()


def hook_join(thread):
    usual = thread.join
    tells, told = safe(waiting), safe(waited)

    def join(self, timeout=None):
        if timeout is not None or ME.exiting or caller_is_internal():
            return usual(self, timeout)
        usual(self, PATIENCE_S)
        if not self.is_alive():
            return None
        wait = tells("Thread.join", self.name)
        result = usual(self)
        told(wait)
        return result

    thread.join = like(leave_no_frames(join), usual)
