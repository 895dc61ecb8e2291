"""payload: the same work, with less and more data to send along.

A thread is handed a reference, whatever its size. What goes to a process is pickled,
written, read and unpickled: once that takes longer than the work, a loop is done
sooner. Memory that both share needs no sending.
"""

import threading

import forklore
import workloads
from forklore import Child, WorkerFailed
from usage import now

# Work that can be measured even on a busy machine, and the parts it is cut into.
WORK_S = 0.1
PARTS = 32
# Of these, the tasks of a round; each gets the data. Together they are short against
# sending 64 MiB, and long against a message.
TASKS = 4
SIZES = [1 << 10, 1 << 20, 16 << 20]
LARGEST = 256 << 20  # it is held several times over
PAGE = 4096  # whoever gets the data looks at one byte of each page

ONE_LOOP = "one loop"
THREADS = "threads"
PROCESSES = "processes"
SHARED = "shared memory"


class Load:
    """What has to be done in one round, and what to do it with."""

    def __init__(self, work, data, children):
        self.work = work
        self.data = data
        self.children = children

    def one_loop(self):
        return [task(self.work, part, self.data) for part in range(TASKS)]

    def threads(self):
        """Threads see the data where it lies."""
        seen = [None] * TASKS
        count = len(self.children)

        def share(first):
            for part in range(first, TASKS, count):
                seen[part] = task(self.work, part, self.data)

        threads = [
            threading.Thread(target=share, args=(first,), daemon=True)
            for first in range(count)
        ]
        for thread in threads:
            thread.start()
        if not forklore.join_all(threads):
            raise forklore.WorkLeftOver("threads compute on")
        return seen

    def processes(self):
        return self.by_children(self.data)

    def shared_memory(self):
        """The children know where the data lies: a word will do."""
        return self.by_children(len(self.data))

    def by_children(self, message):
        for part in range(TASKS):
            self.child(part).pipe.send((part, message))
        return [self.child(part).hear()[0] for part in range(TASKS)]

    def time_stages(self):
        """One task alone: its data on the way, the work, its result on the way."""
        called = now()
        self.child(0).pipe.send((0, self.data))
        _, began, ended = self.child(0).hear()
        returned = now()
        return {
            "sending": began - called,
            "computing": ended - began,
            "returning": returned - ended,
        }

    def child(self, part):
        return self.children[part % len(self.children)]


def main():
    settings = forklore.begin(trials=5)
    if settings.workers is None:
        settings.workers = max(2, settings.cores)
    sizes = SIZES if settings.size is None else [settings.size]
    if max(sizes) > LARGEST:
        raise ValueError(f"payload goes up to a size of {LARGEST}, not {settings.size}")
    settings.resolved()
    amount = workloads.calibrate("primes", WORK_S)
    array = settings.mp.RawArray("B", max(sizes))
    memoryview(array).cast("B")[:] = bytes([1]) * max(sizes)
    children = []
    try:
        for _ in range(min(settings.workers, TASKS)):
            children.append(Child(settings, do_tasks, (amount, array)))
        for child in children:
            child.ready()
        measure(settings, sizes, workloads.prepare("primes", amount), children)
        for child in children:
            child.pipe.send(None)
            child.join()
    finally:
        forklore.end_all(children)


def measure(settings, sizes, work, children):
    # The sizes share the time; each gets three rounds at least.
    time_for_each = settings.budget_s * 0.8 / len(sizes)
    for number, size in enumerate(sizes):
        forklore.progress(number, len(sizes), f"{size} bytes for each task")
        load = Load(work, bytes([1]) * size, children)
        began = now()
        for trial in range(-1, settings.trials):  # round -1 is a warm-up
            if trial >= 3 and now() - began > time_for_each:
                break
            one_round(load, size, trial >= 0)


def one_round(load, size, counts):
    """The ways take turns, so that a busy moment of the machine hits all of them."""
    ways = {
        ONE_LOOP: load.one_loop,
        THREADS: load.threads,
        PROCESSES: load.processes,
        SHARED: load.shared_memory,
    }
    for way, do_all in ways.items():
        began = now()
        seen = do_all()
        took = now() - began
        if seen != [-(-size // PAGE)] * TASKS:
            raise WorkerFailed(f"{way}: a task saw other data")
        if counts:
            forklore.observe("took", forklore.seconds(took), size=size, way=way)
    for stage, took in load.time_stages().items():
        if counts:
            forklore.observe("stage", forklore.seconds(took), size=size, stage=stage)


def task(work, part, data):
    """Does a part of the computing, and looks at every page of the data."""
    work(part, PARTS)
    return sum(data[::PAGE])


def do_tasks(amount, array, parent):
    """In a child: does task after task, until there are no more."""
    work = workloads.prepare("primes", amount)
    shared = memoryview(array).cast("B")
    parent.send(now())
    order = parent.recv()
    while order is not None:
        part, data = order
        began = now()
        seen = task(work, part, shared[:data] if isinstance(data, int) else data)
        parent.send((seen, began, now()))
        order = parent.recv()


if __name__ == "__main__":
    main()
