"""squares: a pool of four workers squares five numbers, step by step."""

import os

import forklore
from forklore import Members
from usage import now

NUMBERS = [1, 2, 3, 4, 5]
# How a pool of four splits so many tasks, if it is not told.
SPLIT_TASKS = [5, 17, 100]
SPLIT_WORKERS = 4
# How often the numbers are mapped, to see in which orders the tasks end.
MAPS = 20


def square(number):
    """The square, who found it, and when."""
    return number * number, os.getpid(), now()


def main():
    settings = forklore.begin(workers=4)
    settings.resolved()

    began = now()
    members = Members(settings.workers)
    took("pool", began)
    for process in members.processes:
        forklore.observe("worker", forklore.pid_value(process.pid))

    chunksize = default_chunksize(len(NUMBERS), settings.workers)
    forklore.observe("chunksize", forklore.count(chunksize))
    try:
        began = now()
        # `map` is this, without a limit to its patience.
        done = forklore.answer_of(members.pool.map_async(square, NUMBERS))
        took("map", began)
        tell_squares(done)
        tell_order(done)
        for _ in range(1, MAPS):
            tell_order(forklore.answer_of(members.pool.map_async(square, NUMBERS)))
        tell_splits(members.pool if settings.workers == SPLIT_WORKERS else None)

        began = now()
        members.pool.close()
        took("close", began)
        forklore.observe("after_close", forklore.text(one_more_task(members.pool)))

        began = now()
        members.pool.join()
        took("join", began)
        members.tell_ends()
    finally:
        members.pool.terminate()


def default_chunksize(tasks, workers):
    """How many tasks `map` sends together if it is not told: four chunks a worker."""
    chunksize, rest = divmod(tasks, 4 * workers)
    return chunksize + 1 if rest else chunksize


def tell_splits(pool):
    """How many tasks travel together: asked of the pool itself, nothing computed."""
    if pool is None:
        pool = forklore.make_pool(SPLIT_WORKERS)
        try:
            tell_splits(pool)
        finally:
            pool.terminate()
            pool.join()
        return
    for tasks in SPLIT_TASKS:
        receipt = pool.map_async(abs, range(tasks))
        forklore.answer_of(receipt)
        # Pool keeps it under this name, which is not documented.
        size = getattr(receipt, "_chunksize", None)
        told = forklore.missing("this Pool does not tell")
        if size is not None:
            told = forklore.count(size)
        forklore.observe("chunk_sent", told, tasks=tasks)


def one_more_task(pool):
    try:
        forklore.answer_of(pool.apply_async(square, (6,)))
    except ValueError as error:
        return str(error)
    return "it did"


def took(step, began):
    forklore.observe("took", forklore.seconds(now() - began), step=step)


def tell_squares(done):
    """Results are in the order of the numbers; the tasks may end in another."""
    for number, (squared, _, _) in zip(NUMBERS, done):
        forklore.observe("square", forklore.count(squared), number=number)
    for number, (_, pid, _) in by_end(done):
        forklore.observe("done_by", forklore.pid_value(pid), number=number)


def tell_order(done):
    order = " ".join(str(number) for number, _ in by_end(done))
    forklore.observe("order", forklore.text(order))


def by_end(done):
    return sorted(zip(NUMBERS, done), key=lambda task: task[1][2])


if __name__ == "__main__":
    main()
