"""oversubscribe: the same work by more and more threads, in several processes.

Each of P processes has T threads that compute hashes. That is C code which releases
the GIL, so all of them are ready to run at once, on as many cores as there are. It is
what happens when a Pool's workers call a library that has threads of its own.
"""

import hashlib
import importlib.util
import os
import threading
import time

import forklore
import usage
from forklore import WorkerFailed, WorkLeftOver
from usage import Meter, now

# How long one thread alone would take.
WORK_S = 0.2
# What each thread has to itself, and how much of it is hashed at a time.
OWN_BYTES = 1 << 20
HASHED_BYTES = 256 << 10
# The most processes: the largest row has eight threads in each.
USUAL_WORKERS = 32
MOST_WORKERS = 128


def main():
    settings = forklore.begin(trials=3)
    if settings.workers is None:
        settings.workers = min(max(2, settings.cores), USUAL_WORKERS)
    if not 1 <= settings.workers <= MOST_WORKERS:
        raise ValueError(f"oversubscribe takes 1 to {MOST_WORKERS} workers")
    settings.size = settings.size or count_hashes()
    settings.resolved()
    shapes = [
        ("one", 1, 1),
        ("right", settings.workers, 1),
        ("twice", settings.workers, 2),
        ("eight times", settings.workers, 8),
    ]
    sums = set()
    # No warm-up: every process of every trial is a new one.
    for trial in range(settings.trials):
        if settings.enough(trial):
            break
        forklore.progress(trial, settings.trials, f"trial {trial + 1}")
        for shape in shapes:
            sums.add(run_shape(settings, shape, trial))
    if len(sums) > 1:
        raise WorkerFailed("not every way did the same work")
    if importlib.util.find_spec("numpy"):
        tell_blas(settings)
    forklore.progress(settings.trials, settings.trials, "done")


def count_hashes():
    """As many hashes as take one thread the planned time here."""
    data = bytes(HASHED_BYTES)
    hashlib.sha256(data)
    began, done = time.thread_time(), 0
    # The thread's own time: otherwise a busy machine would get too little work.
    while time.thread_time() - began < 0.02:
        hashlib.sha256(data)
        done += 1
    return max(64, int(done * WORK_S / (time.thread_time() - began)))


def run_shape(settings, shape, trial):
    """The whole work by so many processes and threads; returns its checksum."""
    amount, processes, threads = shape
    of = processes * threads
    parts = [(first, threads, of) for first in range(0, of, threads)]
    calls = [(settings.size, part, settings.patience) for part in parts]
    opened, told = forklore.run_children(settings, hash_in_child, calls, trial=trial)
    labels = {"amount": amount, "processes": processes, "threads": threads}
    tell(told, max(done["finished"] for done in told) - opened, labels)
    return sum(done["checksum"] for done in told)


def tell(told, work_s, labels):
    def add_up(figure):
        """The sum over all threads; None where the system does not tell it."""
        figures = [used[figure] for done in told for used in done["usages"]]
        return None if None in figures else sum(figures)

    forklore.observe("work", forklore.seconds(work_s), **labels)
    cpu_s, run_queue_s = add_up("cpu_s"), add_up("run_queue_s")
    forklore.observe("used_cores", ratio(cpu_s / work_s), **labels)
    if run_queue_s is not None:
        wanted = ratio((cpu_s + run_queue_s) / work_s)
        forklore.observe("wanted_cores", wanted, **labels)
    if add_up("involuntary_switches") is not None:
        preempted = forklore.count(add_up("involuntary_switches"))
        forklore.observe("preempted", preempted, **labels)
    memory = [done["memory"] for done in told]
    if None not in memory:
        forklore.observe("memory", forklore.size_in_bytes(sum(memory)), **labels)


def ratio(number):
    return {"kind": "ratio", "value": forklore.finite(number)}


# ---- a library with threads of its own --------------------------------------------

# Matrices large enough for a BLAS to use several threads, and their products.
MATRIX = 400
PRODUCTS = 8
THREAD_VARIABLES = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]


def tell_blas(settings):
    """Tells how long numpy takes in several processes at once.

    Once with as many threads as its BLAS makes by itself, once with one for each.
    """
    began = now()
    for _ in range(settings.trials):
        for name, threads in (("its own", None), ("1", 1)):
            try:
                took = multiply_in_processes(settings, threads)
            except WorkerFailed as error:
                forklore.note(f"numpy could not be measured: {error}")
                return
            forklore.observe("blas", forklore.seconds(took), blas_threads=name)
        if now() - began > settings.budget_s / 2:
            break


def multiply_in_processes(settings, threads):
    calls = [(threads,)] * settings.workers
    opened, finished = forklore.run_children(settings, multiply_in_child, calls)
    return max(finished) - opened


def multiply_in_child(threads, parent):
    if threads is not None:
        # Before the import: the BLAS reads them when it is loaded.
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))
    try:
        import numpy
    except ImportError as error:
        raise WorkerFailed(str(error))
    matrix = numpy.ones((MATRIX, MATRIX))
    matrix @ matrix  # starts the threads
    forklore.at_gate(parent)
    for _ in range(PRODUCTS):
        matrix @ matrix
    parent.send(now())


# ---- a process --------------------------------------------------------------------


def hash_in_child(size, part, patience, parent):
    """Makes its threads ready, lines up, and lets them do their share."""
    first, threads, of = part
    crew = [HashThread(size, first + number, of) for number in range(threads)]
    try:
        for member in crew:
            member.start()
        if not forklore.patiently(lambda step_s: all_ready(crew, step_s), patience):
            raise WorkerFailed("a thread did not begin")
        forklore.at_gate(parent)
        for member in crew:
            member.gate.set()
        if not forklore.patiently(lambda step_s: all_done(crew, step_s), patience):
            raise WorkLeftOver("threads compute on")
        # All threads are still there, and so is what each of them holds.
        memory = usage.own_memory().get("private")
    finally:
        for member in crew:
            member.gate.set()
            member.leave.set()
    forklore.join_all(crew, patience)
    parent.send(
        {
            "finished": max(member.finished for member in crew),
            "checksum": sum(member.checksum for member in crew),
            "usages": [member.used for member in crew],
            "memory": memory,
        }
    )


def all_ready(crew, step_s):
    return all(member.ready.wait(step_s) for member in crew)


def all_done(crew, step_s):
    return all(member.done.wait(step_s) for member in crew)


class HashThread(threading.Thread):
    """Computes its share of the hashes, over memory of its own."""

    def __init__(self, size, part, of):
        super().__init__(daemon=True)
        self.share = range(part, size, of)
        self.ready, self.gate = threading.Event(), threading.Event()
        self.done, self.leave = threading.Event(), threading.Event()

    def run(self):
        own = bytearray([1]) * OWN_BYTES
        self.ready.set()
        self.gate.wait()
        meter = Meter("thread")
        checksum = 0
        with memoryview(own) as view:
            for number in self.share:
                at = number * HASHED_BYTES % OWN_BYTES
                checksum += hashlib.sha256(view[at : at + HASHED_BYTES]).digest()[0]
        self.finished = now()
        self.used = meter.finish()
        self.checksum = checksum
        self.done.set()
        self.leave.wait()


if __name__ == "__main__":
    main()
