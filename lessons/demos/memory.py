"""memory: what each further worker costs, idle and after it touched data.

A forked child shares its parent's memory until one of the two writes to it. A spawned
child is a new Python, and a child of a fork server a copy of a young one. Even reading
is writing for CPython: it counts references in the objects themselves.
"""

import multiprocessing
import threading

import forklore
import usage
from forklore import Child, WorkerFailed

DATA_BYTES = 16 << 20
PAGE = 4096
OBJECTS = 200_000
FIGURES = ("private", "proportional", "resident")

IDLE = "idle"
READ = "read 16 MiB shared"
COPY = "made its own copy"
READ_OBJECTS = "read a list that fork shares"
END = "end"

# A list that only forked children have: the others are no copies of this process.
inherited = []


def main():
    settings = forklore.begin(workers=3)
    settings.resolved()
    if not usage.own_memory():
        forklore.note("this system does not tell a process's memory")
    threads(settings)
    processes(settings)
    other_start_methods(settings)


def tell(figures, **labels):
    for name in FIGURES:
        value = forklore.size_in_bytes(figures.get(name))
        forklore.observe(name, value, **labels)


# ---- threads ----------------------------------------------------------------------


def threads(settings):
    """A thread costs what the whole process gains by it."""
    leave = threading.Event()
    waiting = []
    for number in range(1, settings.workers + 1):
        before = usage.own_memory()
        ready = threading.Event()
        # A larger stack each time: one that an ended thread left behind would be
        # used again, and seem to cost nothing.
        threading.stack_size((4 << 20) + number * (64 << 10))
        thread = threading.Thread(target=rest, args=(ready, leave), daemon=True)
        thread.start()
        forklore.patiently(ready.wait)
        waiting.append(thread)
        after = usage.own_memory()
        gained = {name: max(0, after[name] - before[name]) for name in after}
        tell(gained, kind="thread", worker=number, step=IDLE)
    threading.stack_size(0)
    leave.set()
    forklore.join_all(waiting)


def rest(ready, leave):
    ready.set()
    forklore.patiently(leave.wait)


# ---- processes --------------------------------------------------------------------


def processes(settings):
    """All take a step before any is measured: what they share, all of them share."""
    data = settings.mp.RawArray("B", DATA_BYTES)
    # Written once, so that there are pages to share.
    memoryview(data).cast("B")[:] = bytes([1]) * DATA_BYTES
    children = []
    try:
        for number in range(settings.workers):
            forklore.progress(number, settings.workers, f"process {number + 1}")
            children.append(Child(settings, do_steps, (data,)))
            children[-1].ready()
        for step in (IDLE, READ, COPY):
            tell_processes(children, step, "process")
        for child in children:
            child.open_gate(END)
            child.join()
    finally:
        forklore.end_all(children)


def tell_processes(children, step, kind):
    for child in children:
        child.open_gate(step)
        child.hear()
    for number, child in enumerate(children, 1):
        child.open_gate(None)
        tell(child.hear(), kind=kind, worker=number, step=step)


def other_start_methods(settings):
    """One idle process for each way to start one, to compare them.

    The forked one then reads a list that it shares with its parent.
    """
    # Large numbers, since small ones are made once and for all.
    inherited.extend(range(10**6, 10**6 + OBJECTS))
    for method in multiprocessing.get_all_start_methods():
        settings.mp = multiprocessing.get_context(method)
        steps = (IDLE, READ_OBJECTS) if method == "fork" else (IDLE,)
        try:
            one_process(settings, f"process, {method}", steps)
        except (OSError, WorkerFailed) as error:
            forklore.note(f"{method} could not be measured: {error}")


def one_process(settings, kind, steps):
    child = Child(settings, do_steps, (None,))
    try:
        child.ready()
        for step in steps:
            tell_processes([child], step, kind)
        child.open_gate(END)
        child.join()
    finally:
        child.end()


def do_steps(data, parent):
    """The child's half: does what it is told, and tells its memory when asked."""
    own = None
    step = forklore.at_gate(parent)
    while step != END:
        if step == READ:
            sum(memoryview(data).cast("B")[::PAGE])
        elif step == COPY:
            own = bytes(data)
        elif step == READ_OBJECTS:
            sum(inherited)
        parent.send(usage.own_memory() if step is None else len(own or b""))
        step = parent.recv()


if __name__ == "__main__":
    main()
