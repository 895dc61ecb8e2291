"""ipc: how long a message takes there and back, by its size and by its way.

Threads pass a reference, whatever its size. Between processes a Pipe and a Queue
pickle and copy every byte; in shared memory the bytes stay where they are, and only
a word goes to and fro.
"""

import queue
import threading

import forklore
from forklore import Child
from usage import now

ROUNDS = 10
SIZES = [64, 4 << 10, 1 << 20, 16 << 20]


def main():
    settings = forklore.begin(trials=ROUNDS)
    sizes = SIZES if settings.size is None else [settings.size]
    settings.resolved()
    ways = {
        "shared variable": shared_variable,
        "thread channel": thread_channel,
        "Pipe": pipe,
        "Queue": queues,
        "shared memory": shared_memory,
    }
    for done, (way, measure) in enumerate(ways.items()):
        forklore.progress(done, len(ways), way)
        measure(settings, way, sizes)


def measure_sizes(settings, way, sizes, there_and_back):
    """Times `there_and_back(message)` for each size, after one call that warms up."""
    # One way may take as long as its share of the time, at least three rounds.
    time_for_each = settings.budget_s * 0.8 / 5 / len(sizes)
    for size in sizes:
        message = bytes([1]) * size
        rounds = settings.trials if size >= 100_000 else 10 * settings.trials
        there_and_back(message)
        times = []
        while len(times) < rounds:
            began = now()
            there_and_back(message)
            times.append(now() - began)
            if len(times) >= 3 and sum(times) > time_for_each:
                break
        for took in times:
            forklore.observe("round_trip", forklore.seconds(took), size=size, way=way)


def check(answer, message):
    if len(answer) != len(message):
        raise forklore.WorkerFailed(f"{len(answer)} bytes came back")


# ---- between threads --------------------------------------------------------------


def shared_variable(settings, way, sizes):
    """Both threads see the same variable: only the turn moves."""
    slot = {"message": b"", "over": False}
    echos_turn, our_turn = threading.Semaphore(0), threading.Semaphore(0)

    def comes(turn):
        return forklore.patiently(lambda step_s: turn.acquire(timeout=step_s))

    def echo():
        while comes(echos_turn) and not slot["over"]:
            slot["answer"] = slot["message"]
            our_turn.release()

    def there_and_back(message):
        slot["message"] = message
        echos_turn.release()
        if not comes(our_turn):
            raise forklore.WorkerFailed("the other thread does not answer")
        check(slot["answer"], message)

    thread = threading.Thread(target=echo, daemon=True)
    thread.start()
    measure_sizes(settings, way, sizes, there_and_back)
    slot["over"] = True
    echos_turn.release()
    forklore.join_all([thread])


def thread_channel(settings, way, sizes):
    """`queue.Queue` carries a reference to the message."""
    there, back = queue.Queue(), queue.Queue()
    thread = threading.Thread(target=echo_queues, args=(there, back), daemon=True)
    thread.start()

    def there_and_back(message):
        there.put(message)
        check(forklore.next_of(back), message)

    measure_sizes(settings, way, sizes, there_and_back)
    there.put(None)
    forklore.join_all([thread])


def echo_queues(there, back, parent=None):
    """Puts back what it gets, until it gets None."""
    message = forklore.next_of(there)
    while message is not None:
        back.put(message)
        message = forklore.next_of(there)


# ---- between processes ------------------------------------------------------------


def pipe(settings, way, sizes):
    child = Child(settings, echo_pipe)

    def there_and_back(message):
        child.pipe.send(message)
        check(child.hear(), message)

    with_child(child, settings, way, sizes, there_and_back)


def with_child(child, settings, way, sizes, there_and_back):
    try:
        measure_sizes(settings, way, sizes, there_and_back)
        child.pipe.send(None)
        child.join()
    finally:
        child.end()


def echo_pipe(parent):
    message = parent.recv()
    while message is not None:
        parent.send(message)
        message = parent.recv()


def queues(settings, way, sizes):
    """A Queue is a Pipe with a thread that fills it: one more to wake up."""
    there, back = settings.mp.Queue(), settings.mp.Queue()
    child = Child(settings, echo_queues, (there, back))

    def there_and_back(message):
        there.put(message)
        check(forklore.next_of(back), message)

    try:
        measure_sizes(settings, way, sizes, there_and_back)
        there.put(None)
        child.join()
    finally:
        child.end()
        # What was not read would otherwise keep this program from ending.
        there.cancel_join_thread()


def shared_memory(settings, way, sizes):
    """The bytes are written once and read in place; the Pipe carries the turn."""
    array = settings.mp.RawArray("B", max(sizes))
    view = memoryview(array).cast("B")
    child = Child(settings, echo_shared, (array,))

    def there_and_back(message):
        view[: len(message)] = message
        child.pipe.send(len(message))
        if child.hear() != sum(message[::4096]):
            raise forklore.WorkerFailed("the other process saw something else")

    with_child(child, settings, way, sizes, there_and_back)


def echo_shared(array, parent):
    """Looks into each page of what was written, and tells what it saw."""
    view = memoryview(array).cast("B")
    size = parent.recv()
    while size is not None:
        parent.send(sum(view[:size:4096]))
        size = parent.recv()


if __name__ == "__main__":
    main()
