"""deadlock: two workers acquire two locks, in opposite orders or in the same one.

In opposite orders, each worker may hold the lock that the other one waits for: a
deadlock. A table tells who holds which lock, and who waits for which one. The main
process reads it, finds the circle, and ends the round.
"""

import threading
import time
from multiprocessing.sharedctypes import RawArray
from statistics import median

import forklore
from forklore import Child, WorkerFailed, WorkLeftOver
from usage import now

# The rounds of each trial. A trial of a size that was not asked for ends after a time.
ROUNDS = 200
TRIAL_S = 0.25
# How long a worker waits for a lock before it asks whether the round was given up.
SLICE_S = 0.001
# The pause between the two locks, where there is one; and the time between readings.
PAUSE_S = 0.0001
READING_S = 0.00005
# A round that has not ended after so many readings never will.
MOST_READINGS = 100_000

WORKERS = 2
LOCKS = "AB"
# The cells of the table. A lock or a worker is its index + 1, and 0 is none.
ROUND = 0
GIVEN_UP = 1
FINISHED = 2
WAITS_FOR = FINISHED + WORKERS
WAIT_BEGAN = WAITS_FOR + WORKERS
HOLDER = WAIT_BEGAN + WORKERS
CELLS = HOLDER + len(LOCKS)
NO_MORE_ROUNDS = 2**62

# The order of the locks and the pause, as labels have them.
PLANS = [("opposite", "none"), ("opposite", "0.1 ms"), ("same", "0.1 ms")]


# ---- a worker ---------------------------------------------------------------------


def acquire_both(table, locks, worker, plan):
    """A worker's part of every round."""
    order, pause = plan
    wanted = [1, 0] if order == "opposite" and worker == 1 else [0, 1]
    done = 0
    while True:
        number = table[ROUND]
        if number == NO_MORE_ROUNDS:
            return
        if number == done:
            time.sleep(0)  # lets other threads run, and waits no longer than that
            continue
        play_round(table, locks, worker, wanted, number, pause != "none")
        table[FINISHED + worker] = done = number


def play_round(table, locks, worker, wanted, number, pauses):
    held = []
    for lock in wanted:
        if held and pauses:
            time.sleep(PAUSE_S)
        if not hold(table, locks[lock], lock, worker, number):
            break
        held.append(lock)
    for lock in reversed(held):
        table[HOLDER + lock] = 0  # first: no other worker can hold it yet
        locks[lock].release()


def hold(table, mutex, lock, worker, number):
    """Waits until the worker holds the lock; False if the round was given up before."""
    table[WAIT_BEGAN + worker] = int(now() * 1e9)
    table[WAITS_FOR + worker] = lock + 1
    while not mutex.acquire(timeout=SLICE_S):
        if table[GIVEN_UP] == number:
            table[WAITS_FOR + worker] = 0
            return False
    table[WAITS_FOR + worker] = 0
    table[HOLDER + lock] = worker + 1
    return True


def acquire_in_child(table, locks, worker, plan, parent):
    forklore.at_gate(parent)
    acquire_both(table, locks, worker, plan)
    parent.send("done")


# ---- the watcher ------------------------------------------------------------------


class Trial:
    """What was seen in a trial."""

    def __init__(self):
        self.rounds = 0
        self.detected = []
        self.circle = None


def watch_rounds(settings, table, names):
    """Begins rounds, and ends each one in which there is a deadlock."""
    trial = Trial()
    began = now()
    while trial.rounds < settings.size:
        if not settings.size_asked and now() - began > TRIAL_S:
            break
        trial.rounds += 1
        table[ROUND] = trial.rounds
        watch_round(table, trial, names)
    return trial


def watch_round(table, trial, names):
    number = trial.rounds
    for _ in range(MOST_READINGS):
        if all(table[FINISHED + worker] == number for worker in range(WORKERS)):
            return
        if table[GIVEN_UP] != number and in_circle(table):
            waited_ns = int(now() * 1e9) - max(table[WAIT_BEGAN:HOLDER])
            trial.detected.append(max(0, waited_ns) / 1e9)
            if trial.circle is None:
                trial.circle = describe_circle(table, names)
            table[GIVEN_UP] = number
        time.sleep(READING_S)
    raise WorkerFailed("a round did not end, and there was no deadlock")


def in_circle(table):
    """Whether each worker waits for a lock that the other one holds.

    In a round, no entry names the same lock or worker twice. So two equal readings
    mean that the table was like this at one moment in between.
    """
    seen = read_waits(table)
    waits_for, holder = seen
    for worker in range(WORKERS):
        wanted = waits_for[worker]
        if wanted == 0 or holder[wanted - 1] != (1 - worker) + 1:
            return False
    return read_waits(table) == seen


def read_waits(table):
    return table[WAITS_FOR:WAIT_BEGAN], table[HOLDER:CELLS]


def describe_circle(table, names):
    """In a circle of two, each waits for the lock that it does not hold."""
    wanted = [table[WAITS_FOR + worker] - 1 for worker in range(WORKERS)]
    return "; ".join(
        f"{name} holds {LOCKS[1 - lock]} and waits for {LOCKS[lock]}"
        for name, lock in zip(names, wanted)
    )


def end_rounds(table):
    table[GIVEN_UP] = table[ROUND]
    table[ROUND] = NO_MORE_ROUNDS


# ---- threads and processes --------------------------------------------------------


def threads_trial(settings, plan):
    table = [0] * CELLS
    locks = [threading.Lock() for _ in LOCKS]
    threads = [
        threading.Thread(
            target=acquire_both, args=(table, locks, worker, plan), daemon=True
        )
        for worker in range(WORKERS)
    ]
    try:
        for thread in threads:
            thread.start()
        return watch_rounds(settings, table, ["Thread-1", "Thread-2"])
    except RuntimeError as error:
        raise WorkerFailed(str(error))
    finally:
        end_rounds(table)
        started = [thread for thread in threads if thread.ident]
        if not forklore.join_all(started, settings.patience):
            raise WorkLeftOver("threads still wait for a lock")


def processes_trial(settings, plan, trial):
    table = RawArray("q", CELLS)
    locks = [settings.mp.Lock() for _ in LOCKS]
    children = []
    try:
        for worker in range(WORKERS):
            args = (table, locks, worker, plan)
            child = Child(settings, acquire_in_child, args, "python-processes", trial)
            children.append(child)
        forklore.together(children)
        try:
            seen = watch_rounds(settings, table, ["Process-1", "Process-2"])
        finally:
            end_rounds(table)
        for child in children:
            child.hear()
            child.join()
        return seen
    finally:
        forklore.end_all(children)


# ---- all of it --------------------------------------------------------------------


def main():
    settings = forklore.begin(
        trials=5,
        size=ROUNDS,
        backends=["python-threads", "python-processes"],
    )
    settings.resolved()
    plans = [plan for plan in PLANS if settings.order in (None, plan[0])]
    for trial in range(settings.trials):
        if settings.enough(trial):
            break
        forklore.progress(trial, settings.trials, f"trial {trial + 1}")
        for backend in list(settings.backends):
            try:
                for plan in plans:
                    run_trial(settings, backend, plan, trial)
            except (OSError, WorkerFailed) as error:
                settings.backends.remove(backend)
                forklore.skip(backend, f"given up: {error}")
    forklore.progress(settings.trials, settings.trials, "done")


def run_trial(settings, backend, plan, trial):
    if backend == "python-threads":
        seen = threads_trial(settings, plan)
    else:
        seen = processes_trial(settings, plan, trial)
    order, pause = plan
    labels = {"backend": backend, "order": order, "pause": pause}
    forklore.observe("rounds", forklore.count(seen.rounds), **labels)
    forklore.observe("deadlocks", forklore.count(len(seen.detected)), **labels)
    if seen.detected:
        detected = forklore.seconds(median(seen.detected))
        forklore.observe("detected_after", detected, **labels)
        forklore.observe("circle", forklore.text(seen.circle), **labels)


if __name__ == "__main__":
    main()
