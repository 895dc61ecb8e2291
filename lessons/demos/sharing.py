"""sharing: two workers change the same numbers, by each way to share them.

An update is `numbers[0] += 1`: it reads, adds and writes. How long it takes, whether
the parent sees it, and how many updates are lost depends on where the numbers are: in
shared memory, in a copy, in a Manager's process, or with a parent that gets messages.
"""

import multiprocessing
import threading
from array import array
from multiprocessing.reduction import ForkingPickler
from statistics import median

import forklore
from forklore import PATIENCE, Child, WorkerFailed, WorkLeftOver
from usage import now

try:
    from multiprocessing.shared_memory import SharedMemory
except ImportError:  # it needs a part in C that a Python may lack
    SharedMemory = None

NUMBERS = 1_000_000
LARGEST = 10_000_000
BYTES_EACH = 8
WORKERS = 2
# How long one worker counts alone, and how long two count together.
ALONE_S = 0.010
TOGETHER_S = 0.025

THREADS = "threads"
COPY = "a copy"
VALUE = "Value"
ARRAY = "Array"
MEMORY = "shared_memory"
QUEUE = "Queue"
MANAGER = "Manager"
# The updates between two looks at the clock.
BATCHES = {MANAGER: 1, QUEUE: 20}


# ---- counting ---------------------------------------------------------------------


def add(numbers, lock, times):
    """Lists, arrays, memoryviews and a Manager's list are changed in the same way."""
    if lock is None:
        for _ in range(times):
            numbers[0] += 1
    else:
        for _ in range(times):
            with lock:
                numbers[0] += 1


def add_to_value(value, lock, times):
    if lock is None:
        for _ in range(times):
            value.value += 1
    else:
        for _ in range(times):
            with lock:
                value.value += 1


def put_ones(messages, lock, times):
    for _ in range(times):
        messages.put(1)


def count_for(seconds, update, batch):
    """Updates for a time; returns how many there were, and how long one took.

    That is the median of the batches: a batch that was interrupted says nothing.
    """
    times = []
    began = last = now()
    while last - began < seconds:
        update(batch)
        ended = now()
        times.append(ended - last)
        last = ended
    return len(times) * batch, median(times) / batch


# ---- what is shared ---------------------------------------------------------------


class Shared:
    """All that the workers share. It is pickled when a child starts."""

    def __init__(self, settings, memory, manager):
        mp, size = settings.mp, settings.size
        self.arrived = mp.RawArray("q", WORKERS)
        self.lock = mp.Lock()
        self.numbers = {
            VALUE: mp.Value("q", 0),
            ARRAY: mp.Array("q", size),
            MEMORY: memory,
            QUEUE: mp.Queue(),
            MANAGER: manager.list([0] * size),
        }

    def ways(self):
        """The ways to share between processes that there are here."""
        return [COPY] + [way for way, found in self.numbers.items() if found is not None]

    def lock_of(self, way):
        """A Value and an Array have a lock of their own."""
        if way in (VALUE, ARRAY):
            return self.numbers[way].get_lock()
        return self.lock

    def updater(self, way, numbers, locked):
        """A function that updates so many times."""
        change = {VALUE: add_to_value, QUEUE: put_ones}.get(way, add)
        lock = self.lock_of(way) if locked else None
        return lambda times: change(numbers, lock, times)


def count_in_child(shared, worker, parent):
    """The child's half: counts when it is told, in the way that it is told."""
    memory = shared.numbers[MEMORY]
    view = memory.buf.cast("q") if memory is not None else None
    order = forklore.at_gate(parent)
    try:
        while order is not None:
            parent.send(follow(shared, worker, view, order, parent))
            order = parent.recv()
    finally:
        if memory is not None:
            view.release()
            memory.close()


def follow(shared, worker, view, order, parent):
    way, locked, seconds, together = order
    copied = 0
    if way == COPY:
        data = parent.recv_bytes()
        numbers, copied = array("q", data), len(data)
    else:
        numbers = view if way == MEMORY else shared.numbers[way]
    update = shared.updater(way, numbers, locked)
    if together:
        await_others(shared.arrived, worker, together)
    done, took = count_for(seconds, update, BATCHES.get(way, 200))
    if way == QUEUE:
        numbers.put(None)  # the last message
    return done, took, copied


def await_others(arrived, worker, number):
    """Waits for the other worker without sleeping, so that both begin at once."""
    arrived[worker] = number
    began = now()
    while min(arrived) < number:
        if now() - began > PATIENCE:
            raise WorkerFailed("the other worker did not begin")


# ---- the parent -------------------------------------------------------------------


class Counters:
    """Two children, and what they share with their parent."""

    def __init__(self, settings, children, shared):
        self.settings = settings
        self.children = children
        self.shared = shared
        self.own = array("q", [0]) * settings.size  # of which a child gets a copy
        memory = shared.numbers[MEMORY]
        self.view = memory.buf.cast("q") if memory is not None else None
        self.rounds = 0
        self.told = False  # whether the figures of this round are told

    def place(self, way):
        """Where the parent finds the numbers."""
        places = {COPY: self.own, QUEUE: self.own, MEMORY: self.view}
        return places[way] if way in places else self.shared.numbers[way]

    def read(self, way):
        place = self.place(way)
        return place.value if way == VALUE else place[0]

    def reset(self, way):
        place = self.place(way)
        if way == VALUE:
            place.value = 0
        else:
            place[0] = 0

    def count(self, way, workers, locked):
        """Lets so many workers count; returns updates, seconds for one, bytes copied."""
        self.reset(way)
        together = 0
        if workers > 1:
            self.rounds += 1
            together = self.rounds
        seconds = TOGETHER_S if together else ALONE_S
        began = now()
        for child in self.children[:workers]:
            child.pipe.send((way, locked, seconds, together))
            if way == COPY:
                child.pipe.send_bytes(self.own.tobytes())
        if way == QUEUE:
            self.take_messages(workers)
        elapsed = now() - began
        told = [child.hear() for child in self.children[:workers]]
        done = sum(updates for updates, _, _ in told)
        # Messages are updates once the parent has made them.
        took = elapsed / done if way == QUEUE else told[0][1]
        return done, took, sum(copied for _, _, copied in told)

    def take_messages(self, workers):
        """The parent alone changes the numbers, by one message after the other."""
        messages = self.shared.numbers[QUEUE]
        while workers:
            message = forklore.next_of(messages)
            if message is None:
                workers -= 1
            else:
                self.own[0] += message


def bytes_each(shared, way):
    """The length of the messages of one update."""
    if way == QUEUE:
        return len(ForkingPickler.dumps(1))
    if way != MANAGER:
        return 0
    token = shared.numbers[MANAGER]._id
    read, written = (token, "__getitem__", (0,), {}), (token, "__setitem__", (0, 1), {})
    messages = [read, ("#RETURN", 0), written, ("#RETURN", None)]
    return sum(len(ForkingPickler.dumps(message)) for message in messages)


def tell_alone(counters, way, took, seen, copied, each):
    if not counters.told:
        return
    forklore.observe("update", forklore.seconds(took), way=way)
    forklore.observe("parent_sees", forklore.flag(seen), way=way)
    forklore.observe("copied", forklore.size_in_bytes(copied), way=way, when="once")
    forklore.observe("copied", forklore.size_in_bytes(each), way=way, when="each")


def tell_together(counters, way, locked, done, seen):
    if not counters.told:
        return
    labels = {"way": way, "lock": "yes" if locked else "no"}
    forklore.observe("updates", forklore.count(done), **labels)
    forklore.observe("lost_updates", forklore.count(done - seen), **labels)


def by_processes(counters):
    for way in counters.shared.ways():
        done, took, copied = counters.count(way, 1, locked=False)
        seen = counters.read(way) == done
        each = bytes_each(counters.shared, way)
        tell_alone(counters, way, took, seen, copied, each)
        if way == COPY:
            continue  # each child has numbers of its own: nothing meets
        for locked in (False, True) if way != QUEUE else (False,):
            done, _, _ = counters.count(way, WORKERS, locked)
            tell_together(counters, way, locked, done, counters.read(way))


def by_threads(counters):
    """Threads share the list itself."""
    done, took, numbers = count_by_threads(1, ALONE_S, None)
    tell_alone(counters, THREADS, took, numbers[0] == done, 0, 0)
    for lock in (None, threading.Lock()):
        done, _, numbers = count_by_threads(WORKERS, TOGETHER_S, lock)
        tell_together(counters, THREADS, lock is not None, done, numbers[0])


def count_by_threads(workers, seconds, lock):
    numbers = [0]
    gate = threading.Barrier(workers)
    told = []

    def body():
        gate.wait(PATIENCE)
        told.append(count_for(seconds, lambda times: add(numbers, lock, times), 200))

    threads = [threading.Thread(target=body, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    if not forklore.join_all(threads):
        raise WorkLeftOver("threads still count")
    if len(told) < workers:
        raise WorkerFailed("a thread ended early")
    return sum(done for done, _ in told), told[0][1], numbers


# ---- all of it --------------------------------------------------------------------


def main():
    settings = forklore.begin(trials=3, size=NUMBERS)
    if not 1 <= settings.size <= LARGEST:
        raise ValueError(f"sharing takes 1 to {LARGEST} numbers, not {settings.size}")
    settings.resolved()
    memory = None
    if SharedMemory is None:
        forklore.note("this Python has no multiprocessing.shared_memory")
    else:
        # Before the first child, so that all share one resource tracker.
        memory = SharedMemory(create=True, size=settings.size * BYTES_EACH)
    try:
        with settings.mp.Manager() as manager:
            for process in multiprocessing.active_children():
                forklore.process_started(process)
            run(settings, Shared(settings, memory, manager))
    finally:
        if memory is not None:
            memory.close()
            memory.unlink()


def run(settings, shared):
    children = []
    counters = None
    try:
        for worker in range(WORKERS):
            children.append(Child(settings, count_in_child, (shared, worker)))
        for child in children:
            child.ready()
        counters = Counters(settings, children, shared)
        for trial in range(-1, settings.trials):  # round -1 is a warm-up
            if settings.enough(trial):
                break
            forklore.progress(trial + 1, settings.trials + 1, f"round {trial + 1}")
            counters.told = trial >= 0
            by_threads(counters)
            by_processes(counters)
        for child in children:
            child.open_gate(None)
            child.join()
        forklore.progress(settings.trials + 1, settings.trials + 1, "done")
    finally:
        forklore.end_all(children)
        shared.numbers[QUEUE].cancel_join_thread()
        if counters is not None and counters.view is not None:
            counters.view.release()


if __name__ == "__main__":
    main()
