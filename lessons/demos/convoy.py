"""convoy: a thread that waits 1 ms again and again, beside threads that compute.

After each wait it needs the GIL again. A computing thread gives it up only when it is
asked to, and is asked only after the switch interval. So a wait of 1 ms takes as long
as the interval, and the program that hardly needs a core is the one that is late.
"""

import sys
import threading
import time

import forklore
from usage import now, switches

BACKEND = "python-threads"
INTERVALS_MS = ["0.1", "1", "5", "20"]
WAIT_S = 0.001
# Waits in a row at most, and at least, however long they take.
MOST_WAITS, FEWEST_WAITS = 60, 10


def main():
    settings = forklore.begin(workers=2, backends=[BACKEND])
    settings.resolved()
    intervals = INTERVALS_MS
    if not forklore.has_gil():
        intervals = ["none"]
        forklore.note("this Python has no GIL, so there is no switch interval to set")
    rows = [
        (interval, busy)
        for interval in intervals
        for busy in busy_numbers(settings.workers)
    ]
    usual = sys.getswitchinterval()
    for done, (interval, busy) in enumerate(rows):
        forklore.progress(done, len(rows), f"{interval} ms, {busy} busy")
        if interval != "none":
            sys.setswitchinterval(float(interval) / 1000)
        try:
            measure(interval, busy, settings.budget_s * 0.75 / len(rows))
        finally:
            sys.setswitchinterval(usual)
    forklore.progress(len(rows), len(rows), "done")


def busy_numbers(most):
    """None, 1, 2, and then by doubling: many threads must not take all day."""
    numbers, busy = {0, most}, 1
    while busy < most:
        numbers.add(busy)
        busy *= 2
    return sorted(numbers)


def measure(interval, busy, time_s):
    """Waits beside so many computing threads, and tells how late each wait ended."""
    over = threading.Event()
    threads = [
        threading.Thread(target=compute, args=(over,), daemon=True) for _ in range(busy)
    ]
    for thread in threads:
        thread.start()
    switches_before, began = all_switches(), now()
    overshoots = wait_again_and_again(began + time_s)
    took = now() - began
    switches_after = all_switches()
    over.set()
    forklore.join_all(threads)
    labels = {"backend": BACKEND, "interval": interval, "busy": busy}
    for overshoot in overshoots:
        forklore.observe("overshoot", forklore.seconds(overshoot), **labels)
    if switches_before is not None and switches_after is not None:
        per_second = (switches_after - switches_before) / took
        forklore.observe("switches_per_second", forklore.rate(per_second), **labels)


def wait_again_and_again(until):
    overshoots = []
    while len(overshoots) < FEWEST_WAITS or (
        len(overshoots) < MOST_WAITS and now() < until
    ):
        asked = now()
        time.sleep(WAIT_S)
        overshoots.append(now() - asked - WAIT_S)
    return overshoots


def compute(over):
    """Never waits and never gives the GIL up by itself."""
    number = 0
    while not over.is_set():
        for _ in range(1000):
            number = (number * 3 + 1) % 1_000_003


def all_switches():
    """How often all threads of this process changed places so far, by the system."""
    waited, preempted = switches("process")
    return None if waited is None else waited + preempted


if __name__ == "__main__":
    main()
