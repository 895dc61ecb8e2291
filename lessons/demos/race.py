"""race: two workers count together, and some additions get lost.

`counter += 1` is three steps: load, add, store. If another worker stores in between,
its addition is lost. Whether that can happen depends on where Python lets another
thread run, so every figure here is counted, and none is taken for granted.
"""

import sys
import threading

import forklore
from forklore import WorkerFailed, WorkLeftOver

# Additions by each worker. Behind a lock each waits for its turn, so there a
# twentieth of them is enough to see that none is lost.
ADDITIONS = 200_000
LOCKED_SHARE = 20
# Seconds after which a thread that waits for the GIL asks for it; usually 0.005.
HASTY = 1e-6

counter = 0
lock = threading.Lock()


def one():
    return 1


# ---- ways for a thread to count ---------------------------------------------------


def add_one(times):
    global counter
    for _ in range(times):
        counter += 1


def add_one_by_call(times):
    """Calling a function is a point where Python may let another thread run.

    It lies after the load of the counter and before the store.
    """
    global counter
    for _ in range(times):
        counter += one()


def add_one_with_lock(times):
    global counter
    for _ in range(times):
        with lock:
            counter += one()


def add_one_privately(times):
    """Counts in a variable of its own, which is added to the others' at the end."""
    global counter
    own = 0
    for _ in range(times):
        own += one()
    with lock:
        counter += own


def count_by_threads(add, workers, times, patience):
    """Lets that many threads count, and returns what they came to.

    Only once all are done: what a slow thread has not yet added is not lost.
    """
    global counter
    counter = 0
    gate = threading.Barrier(workers)
    done = []

    def body():
        try:
            gate.wait()
        except threading.BrokenBarrierError:
            return
        add(times)
        done.append(times)

    threads = [threading.Thread(target=body, daemon=True) for _ in range(workers)]
    try:
        for thread in threads:
            thread.start()
    except RuntimeError as error:
        gate.abort()  # those that did start leave again
        raise WorkerFailed(str(error))
    if not forklore.join_all(threads, patience):
        raise WorkLeftOver(f"threads still count after {patience:g} s")
    if len(done) < workers:
        raise WorkerFailed("a thread ended early")
    return counter


# ---- ways for a process to count --------------------------------------------------


def add_to_value(value, times, parent):
    """Each load and each store of a Value takes its lock; the two together do not."""
    forklore.at_gate(parent)
    for _ in range(times):
        value.value += 1
    parent.send(times)


def add_to_value_with_lock(value, times, parent):
    forklore.at_gate(parent)
    for _ in range(times):
        with value.get_lock():
            value.value += 1
    parent.send(times)


def add_to_global(value, times, parent):
    """Every process has a `counter` of its own, so it must tell what it counted."""
    global counter
    counter = 0
    forklore.at_gate(parent)
    add_one_by_call(times)
    with value.get_lock():
        value.value += counter
    parent.send(times)


def count_by_processes(settings, add, trial, times):
    """Lets that many processes count, and returns what they came to."""
    value = settings.mp.Value("q", 0)
    calls = [(value, times)] * settings.workers
    forklore.run_children(settings, add, calls, "python-processes", trial)
    return value.value


# ---- all ways ---------------------------------------------------------------------

# The function, what its line looks like, the memory, the lock, the switch interval.
BY_THREADS = [
    (add_one, "counter += 1", "shared", "no", None),
    (add_one_by_call, "counter += one()", "shared", "no", HASTY),
    (add_one_with_lock, "counter += one()", "shared", "yes", HASTY),
    (add_one_privately, "counter += one()", "private", "no", HASTY),
]
BY_PROCESSES = [
    (add_to_value, "value.value += 1", "shared", "no"),
    (add_to_value_with_lock, "value.value += 1", "shared", "yes"),
    (add_to_global, "counter += one()", "private", "no"),
]


def main():
    settings = forklore.begin(
        workers=2,
        trials=3,
        size=ADDITIONS,
        backends=["python-threads", "python-processes"],
    )
    settings.resolved()
    if "python-threads" in settings.backends:
        forklore.note(
            "counter += one() runs with sys.setswitchinterval(1e-6): threads that wait "
            "for the GIL ask for it after a microsecond, in place of 5 ms, so that the "
            "race does not need luck to show."
        )
    for trial in range(settings.trials):
        if settings.enough(trial):
            break
        forklore.progress(trial, settings.trials, f"trial {trial + 1}")
        if "python-threads" in settings.backends:
            try:
                threads_trial(settings)
            except WorkerFailed as error:
                # For good: threads that still count would add to the next counter.
                settings.backends.remove("python-threads")
                forklore.skip("python-threads", f"given up: {error}")
        if "python-processes" in settings.backends:
            try:
                processes_trial(settings, trial)
            except (OSError, WorkerFailed) as error:
                settings.backends.remove("python-processes")
                forklore.skip("python-processes", f"given up: {error}")
    forklore.progress(settings.trials, settings.trials, "done")


def threads_trial(settings):
    usual = sys.getswitchinterval()
    for add, form, memory, locked, interval in BY_THREADS:
        times = additions(settings, locked)
        sys.setswitchinterval(interval or usual)
        try:
            seen = count_by_threads(add, settings.workers, times, settings.patience)
        finally:
            sys.setswitchinterval(usual)
        labels = {"memory": memory, "lock": locked, "form": form}
        tell(settings, seen, times, backend="python-threads", **labels)


def processes_trial(settings, trial):
    for add, form, memory, locked in BY_PROCESSES:
        times = additions(settings, locked)
        seen = count_by_processes(settings, add, trial, times)
        labels = {"memory": memory, "lock": locked, "form": form}
        tell(settings, seen, times, backend="python-processes", **labels)


def additions(settings, locked):
    if locked == "yes":
        return max(1, settings.size // LOCKED_SHARE)
    return settings.size


def tell(settings, seen, times, **labels):
    forklore.observe("seen", forklore.count(seen), **labels)
    forklore.observe("expected", forklore.count(times * settings.workers), **labels)


if __name__ == "__main__":
    main()
