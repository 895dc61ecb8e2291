"""handoff: two threads that compute. Who holds the GIL, and for how long?

Each thread looks at the clock again and again. As long as it can do that, it runs; a
gap of more than a millisecond was the turn of another thread. Without a GIL both run at
the same time, and each has one long turn.
"""

import statistics
import threading

import forklore
from usage import now

BACKEND = "python-threads"
MEASURED_S = 0.3
GAP_S = 0.001


def main():
    settings = forklore.begin(workers=2, backends=[BACKEND])
    settings.workers = 2  # two are enough to take turns
    settings.resolved()
    turns = measure()
    for number, (began, ended, thread) in enumerate(turns):
        labels = {"backend": BACKEND, "thread": thread, "n": number}
        forklore.observe("hold", forklore.seconds(ended - began), **labels)
        forklore.observe("began", forklore.seconds(began), **labels)
    period = statistics.median(ended - began for began, ended, _ in turns)
    forklore.observe("handoff_period", forklore.seconds(period), backend=BACKEND)


def measure():
    """The turns of both threads, in the order in which they began."""
    turns = []
    gate = threading.Barrier(2)
    start = []

    def body(thread):
        gate.wait()
        start.append(now())
        began = start[0]
        for first, last in turns_until(began + MEASURED_S):
            turns.append((first - began, last - began, thread))

    threads = [
        threading.Thread(target=body, args=(number,), daemon=True) for number in (1, 2)
    ]
    for thread in threads:
        thread.start()
    if not forklore.join_all(threads):
        raise forklore.WorkerFailed("the threads do not end")
    return sorted(turns)


def turns_until(end):
    """When each turn of this thread began, and when it ended."""
    turns = []
    began = last = now()
    while last < end:
        current = now()
        if current - last > GAP_S:
            turns.append((began, last))
            began = current
        last = current
    turns.append((began, last))
    # A turn of one look at the clock is none.
    return [(began, ended) for began, ended in turns if ended > began]


if __name__ == "__main__":
    main()
