"""queue: a fast producer and a slow consumer, with and without a limit.

Also a child that is joined before its result is read. (The program is not called
`queue.py`, since that would hide the module `queue` of the standard library.)
"""

import queue
import time

import forklore
import usage
from forklore import Child
from usage import now

MESSAGES = 200
MESSAGE_BYTES = 1 << 10
WORK_S = 0.001
# For the memory that waiting messages take: more and larger ones, and less work.
MANY_MESSAGES = 2000
LARGE_MESSAGE_BYTES = 4 << 10
SHORT_WORK_S = 0.00005
# The most messages that may wait; 0 is no limit, as in `Queue(0)`.
LIMITS = [0, 10]
RESULT_SIZES = [1 << 10, 1 << 20]
# How long a join waits for a child whose result was not read yet.
JOIN_TIMEOUT_S = 1.0


def main():
    settings = forklore.begin(trials=3, size=MESSAGES)
    settings.resolved()
    # The one that takes less memory is first: it finds none left by the other.
    for limit in reversed(LIMITS):
        measure_memory(settings, limit)
    for trial in range(settings.trials):
        if settings.enough(trial):
            break
        forklore.progress(trial, settings.trials, f"trial {trial + 1}")
        for limit in LIMITS:
            send_messages(settings, limit, trial)
    for size in RESULT_SIZES:
        join_before_reading(settings, size)
    forklore.progress(settings.trials, settings.trials, "done")


# ---- producer and consumer --------------------------------------------------------


def send_messages(settings, limit, trial):
    """A timed trial."""
    seen = Sending(settings, limit, settings.size, MESSAGE_BYTES, WORK_S, trial)
    label = str(limit or "none")
    forklore.observe("put_wait", forklore.seconds(seen.waited), limit=label)
    forklore.observe("produced_after", forklore.seconds(seen.produced), limit=label)
    forklore.observe("consumed_after", forklore.seconds(seen.consumed), limit=label)
    forklore.observe("most_waiting", forklore.count(seen.most), limit=label)
    rate = forklore.rate(settings.size / seen.consumed)
    forklore.observe("messages_per_second", rate, limit=label)


def measure_memory(settings, limit):
    seen = Sending(settings, limit, MANY_MESSAGES, LARGE_MESSAGE_BYTES, SHORT_WORK_S)
    gained = forklore.size_in_bytes(seen.gained)
    forklore.observe("memory_gained", gained, limit=str(limit or "none"))


class Sending:
    """Sends messages to a consumer as fast as it can, and tells what was seen."""

    def __init__(self, settings, limit, count, size, work_s, trial=None):
        messages = settings.mp.Queue(limit)
        received = settings.mp.RawValue("q", 0)
        args = (messages, received, work_s)
        child = Child(settings, consume, args, trial=trial)
        try:
            forklore.together([child])
            self.waited, self.most = 0.0, 0
            memory_before = usage.own_memory().get("private")
            began = now()
            for number in range(1, count + 1):
                # A new object each time: a message that waits is kept as it is.
                self.waited += put(messages, bytes([1]) * size)
                self.most = max(self.most, number - received.value)
            self.produced = now() - began
            memory_after = usage.own_memory().get("private")
            put(messages, None)
            child.hear()
            self.consumed = now() - began
            child.join()
        finally:
            child.end()
            messages.cancel_join_thread()
        self.gained = usage.difference(memory_after, memory_before)
        if self.gained is not None:
            self.gained = max(0, self.gained)


def put(messages, message):
    """Puts a message, and returns how long that took: the wait for room."""
    began = now()

    def try_put(step_s):
        try:
            messages.put(message, timeout=step_s)
            return True
        except queue.Full:
            return False

    if not forklore.patiently(try_put):
        raise forklore.WorkerFailed("the consumer makes no room")
    return now() - began


def consume(messages, received, work_s, parent):
    forklore.at_gate(parent)
    while messages.get() is not None:
        received.value += 1
        time.sleep(work_s)
    parent.send("done")


# ---- join before get --------------------------------------------------------------


def join_before_reading(settings, size):
    """Says whether a child ends before its result is read."""
    results = settings.mp.Queue()
    child = Child(settings, put_result, (results, size))
    try:
        child.process.join(JOIN_TIMEOUT_S)
        ended = child.process.exitcode is not None
        forklore.next_of(results)
        child.join()
    finally:
        child.end()
    forklore.observe("ended_unread", forklore.flag(ended), result=str(size))


def put_result(results, size, parent):
    results.put(bytes([1]) * size)


if __name__ == "__main__":
    main()
