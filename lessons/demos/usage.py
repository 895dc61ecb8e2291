"""What a piece of work uses: time, processor time, waits for a core, memory, switches.

Every figure is read inside the worker that did the work. That is the only place
where it is right for threads, for children made by fork or spawn, and for those of
a fork server, which are not our children at all.

This module imports little, because subinterpreters and spawned processes import it
anew each time they start.
"""

import os
import sys
import threading
import time

try:
    import resource
except ImportError:  # Windows has none, and some subinterpreters may not import it
    resource = None

# One clock for all processes of the machine: figures of parent and child compare.
now = time.perf_counter


class Meter:
    """Measures from its creation until `finish`, for one thread or a process."""

    def __init__(self, scope):
        """`scope` is "thread" (this thread alone) or "process" (all of its threads)."""
        self.scope = scope
        self.tasks = 0
        self.cores = {current_core()}
        self.run_queue = run_queue_wait()
        self.switches = switches(scope)
        self.cpu = cpu_time(scope)
        self.began = now()

    def finish(self):
        """The figures, in the shape that the recording wants."""
        work_s = now() - self.began
        cpu_s = cpu_time(self.scope) - self.cpu
        waited, preempted = switches(self.scope)
        run_queue_s = difference(run_queue_wait(), self.run_queue)
        waited_before, preempted_before = self.switches
        self.cores.add(current_core())
        figures = {
            "work_s": work_s,
            "cpu_s": cpu_s,
            "run_queue_s": run_queue_s,
            "cores": sorted(core for core in self.cores if core is not None),
            "voluntary_switches": difference(waited, waited_before),
            "involuntary_switches": difference(preempted, preempted_before),
            "tasks": self.tasks,
        }
        # A thread has no memory of its own that the system could tell.
        memory = own_memory() if self.scope == "process" else {}
        for name in ("private", "proportional", "resident"):
            figures[name + "_bytes"] = memory.get(name)
        return figures


def cpu_time(scope):
    """Processor seconds so far, of this thread or of this process."""
    return time.thread_time() if scope == "thread" else time.process_time()


def switches(scope):
    """How often it gave its core up (it waited), and how often it was taken away."""
    if resource is None:
        return None, None
    who = resource.RUSAGE_SELF
    if scope == "thread":
        # PyPy has no name for Linux's number.
        linux = 1 if sys.platform.startswith("linux") else None
        who = getattr(resource, "RUSAGE_THREAD", linux)
        if who is None:
            return None, None
    used = resource.getrusage(who)
    return used.ru_nvcsw, used.ru_nivcsw


def run_queue_wait():
    """Seconds in which this thread could have run, but no core was free; Linux counts.

    A kernel that does not count writes zeros: a thread that reads this has run.
    """
    try:
        with open("/proc/thread-self/schedstat", "rb", buffering=0) as file:
            ran, waited = file.read(100).split()[:2]
    except (OSError, ValueError):
        return None
    return int(waited) / 1e9 if int(ran) else None


def difference(after, before):
    """None where the platform does not tell."""
    return None if after is None or before is None else after - before


def native_id():
    """The system's number of this thread, where it tells."""
    get_native_id = getattr(threading, "get_native_id", None)
    return get_native_id() if get_native_id else None


def stat_fields(path):
    """The fields of a Linux `stat` file from the third on; None if there is none.

    The second field is the program's name in brackets, and may hold anything.
    """
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        return None
    return text.rpartition(b")")[2].split()


def current_core():
    """The core that this thread was last seen on: field 39 of its `stat`."""
    fields = stat_fields(f"/proc/self/task/{native_id()}/stat")
    return int(fields[39 - 3]) if fields else None


def own_memory():
    """Bytes of memory of this process: private, proportional, resident.

    Private memory would come back if the process ended. Resident memory counts in
    full what it shares with others, so the sum over processes is too much.
    """
    names = {b"Rss": "resident", b"Pss": "proportional"}
    figures = {}
    try:
        with open("/proc/self/smaps_rollup", "rb") as file:
            lines = file.read().splitlines()[1:]
    except OSError:
        return figures
    for line in lines:
        name, _, size = line.partition(b":")
        size_bytes = int(size.split()[0]) * 1024
        if name in names:
            figures[names[name]] = size_bytes
        elif name.startswith(b"Private_") and name != b"Private_Hugetlb":
            figures["private"] = figures.get("private", 0) + size_bytes
    return figures
