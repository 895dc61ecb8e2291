"""chunks: how many tasks should travel together?

Each chunk is one message. Where the work is next to nothing, messages are the cost,
and large chunks win. Where a few tasks are long, a large chunk gives them all to one
worker, and the others wait for it.
"""

import os

import forklore
from forklore import Members
from squares import default_chunksize
from usage import now

TRIVIAL = 10_000
UNEVEN = 32
LONG_TASKS = UNEVEN // 4  # the first quarter
SHORT_S = 0.001
LONG_S = 0.010


def increment(number):
    """A trivial task: the message is all the work there is."""
    return number + 1


def uneven(number):
    """A task of its number's length; returns who did it and how long it took."""
    length = LONG_S if number < LONG_TASKS else SHORT_S
    began = now()
    while now() - began < length:
        pass
    return os.getpid(), now() - began


def main():
    settings = forklore.begin(trials=3)
    if settings.workers is None:
        settings.workers = max(2, settings.cores)
    settings.resolved()
    tell_formula()
    members = Members(settings.workers)
    try:
        measure(settings, members.pool)
        members.close()
    finally:
        members.pool.terminate()


def tell_formula():
    """What `map` chooses by itself for a pool of four."""
    for tasks in (10, 16, 17, 100, 1000, 10_000):
        chunksize = forklore.count(default_chunksize(tasks, 4))
        forklore.observe("chunksize", chunksize, tasks=tasks, workers=4)


def measure(settings, pool):
    trivial = sizes(TRIVIAL, {1, 10, 100, 1000}, settings.workers)
    long_and_short = sizes(UNEVEN, {1, 2, 4, 8, 16}, settings.workers)
    for trial in range(-1, settings.trials):  # round -1 is a warm-up
        if settings.enough(trial):
            break
        forklore.progress(trial + 1, settings.trials + 1, f"round {trial + 1}")
        tasks_per_second = rate_of_a_loop()
        if trial >= 0:
            value = forklore.rate(tasks_per_second)
            forklore.observe("tasks_per_second", value, chunk="no pool")
        for chunk in trivial:
            tasks_per_second = trivial_rate(pool, chunk)
            if trial >= 0:
                value = forklore.rate(tasks_per_second)
                forklore.observe("tasks_per_second", value, chunk=chunk)
        for chunk in long_and_short:
            wall, balance = uneven_tasks(pool, chunk, settings.workers)
            if trial >= 0:
                forklore.observe("wall", forklore.seconds(wall), chunk=chunk)
                forklore.observe("balance", forklore.share(balance), chunk=chunk)


def rate_of_a_loop():
    """The trivial tasks without a pool: a message costs more than such a task."""
    began = now()
    done = [increment(number) for number in range(TRIVIAL)]
    return len(done) / (now() - began)


def sizes(tasks, some, workers):
    """The chunk sizes to try, with the one that `map` takes by itself among them."""
    return sorted(some | {default_chunksize(tasks, workers)})


def trivial_rate(pool, chunk):
    began = now()
    forklore.answer_of(pool.map_async(increment, range(TRIVIAL), chunk))
    return TRIVIAL / (now() - began)


def uneven_tasks(pool, chunk, workers):
    """Wall seconds, and how evenly the workers were busy: 1.0 = all the same."""
    began = now()
    done = forklore.answer_of(pool.map_async(uneven, range(UNEVEN), chunk))
    wall = now() - began
    busy = {}
    for pid, took in done:
        busy[pid] = busy.get(pid, 0.0) + took
    mean = sum(busy.values()) / workers
    return wall, mean / max(busy.values())


if __name__ == "__main__":
    main()
