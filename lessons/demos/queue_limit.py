"""queue: a fast producer and a slow consumer, with and without a limit.

Also a child that is joined before its result is read. (The program is not called
`queue.py`, since that would hide the module `queue` of the standard library.)
"""

import queue
import time

import forklore
from forklore import Child
from usage import now

MESSAGES = 200
MESSAGE_BYTES = 1 << 10
WORK_S = 0.001
# The most messages that may wait; 0 is no limit, as in `Queue(0)`.
LIMITS = [0, 10]
RESULT_SIZES = [1 << 10, 1 << 20]
# How long a join waits for a child whose result was not read yet.
JOIN_TIMEOUT_S = 1.0


def main():
    settings = forklore.begin(trials=3, size=MESSAGES)
    settings.resolved()
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
    """Sends messages to a consumer as fast as it can."""
    messages = settings.mp.Queue(limit)
    received = settings.mp.RawValue("q", 0)
    child = Child(settings, consume, (messages, received), trial=trial)
    try:
        forklore.together([child])
        message = bytes([1]) * MESSAGE_BYTES
        waited, most = 0.0, 0
        began = now()
        for number in range(1, settings.size + 1):
            waited += put(messages, message)
            most = max(most, number - received.value)
        produced = now() - began
        put(messages, None)
        child.hear()
        consumed = now() - began
        child.join()
    finally:
        child.end()
        messages.cancel_join_thread()
    label = str(limit or "none")
    forklore.observe("put_wait", forklore.seconds(waited), limit=label)
    forklore.observe("produced_after", forklore.seconds(produced), limit=label)
    forklore.observe("consumed_after", forklore.seconds(consumed), limit=label)
    forklore.observe("most_waiting", forklore.count(most), limit=label)
    rate = forklore.rate(settings.size / consumed)
    forklore.observe("messages_per_second", rate, limit=label)


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


def consume(messages, received, parent):
    forklore.at_gate(parent)
    while messages.get() is not None:
        received.value += 1
        time.sleep(WORK_S)
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
