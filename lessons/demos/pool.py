"""pool: four ways to hand tasks to a Pool, and what a Pool saves.

`apply` and `map` wait for their results. `apply_async` and `map_async` return at once,
with a receipt: the results are waited for later, with `get`.
"""

import multiprocessing
import os
import time

import forklore
from forklore import PATIENCE, Members
from usage import now

TASKS = [1, 2, 3, 4]
TASK_S = 0.1
SMALL_TASKS = 40
ROUNDS = 3
# How long each of three tasks takes: the first ends last.
UNEQUAL_S = {1: 0.25, 2: 0.02, 3: 0.06}
# How long the answer of a terminated pool is waited for: then it counts as lost.
LOST_AFTER_S = 0.5


def slow_square(number):
    """A task that takes its time, and no core: it takes as long wherever it runs."""
    began = now()
    time.sleep(TASK_S)
    return number, number * number, os.getpid(), began, now()


def small_square(number):
    return number * number


def main():
    settings = forklore.begin(workers=2)
    settings.resolved()
    members = Members(settings.workers)
    calls = {
        "apply": call_apply,
        "apply_async": call_apply_async,
        "map": call_map,
        "map_async": call_map_async,
    }
    try:
        # Until both workers are up, a call would wait for their start-up too.
        forklore.answer_of(members.pool.map_async(small_square, range(8)))
        for step, (name, call) in enumerate(calls.items()):
            forklore.progress(step, len(calls), f"{len(TASKS)} tasks by {name}")
            tell_call(name, call, members.pool)
        members.close()
    finally:
        members.pool.terminate()
    tell_order_and_loss()
    compare_small_tasks(settings)


# ---- the four calls ---------------------------------------------------------------
# Each returns when its call had returned, whether the results were there by then,
# and the results.


def call_apply(pool):
    done = [pool.apply(slow_square, (number,)) for number in TASKS]
    return now(), True, done


def call_apply_async(pool):
    receipts = [pool.apply_async(slow_square, (number,)) for number in TASKS]
    returned = now()
    waited = all(receipt.ready() for receipt in receipts)
    return returned, waited, [forklore.answer_of(receipt) for receipt in receipts]


def call_map(pool):
    done = pool.map(slow_square, TASKS)
    return now(), True, done


def call_map_async(pool):
    receipt = pool.map_async(slow_square, TASKS)
    returned = now()
    waited = receipt.ready()
    return returned, waited, forklore.answer_of(receipt)


def tell_call(name, call, pool):
    began = now()
    returned, waited, done = call(pool)
    finished = now()
    forklore.observe("waited", forklore.flag(waited), call=name)
    forklore.observe("returned_after", forklore.seconds(returned - began), call=name)
    forklore.observe("finished_after", forklore.seconds(finished - began), call=name)
    for number, squared, pid, task_began, task_ended in done:
        labels = {"call": name, "task": number}
        forklore.observe("result", forklore.count(squared), **labels)
        forklore.observe("done_by", forklore.pid_value(pid), **labels)
        took = task_ended - task_began
        forklore.observe("task_began", forklore.seconds(task_began - began), **labels)
        forklore.observe("task_took", forklore.seconds(took), **labels)


# ---- in which order results come, and which never come ---------------------------


def tell_order_and_loss():
    """Two workers are enough for a short task to overtake a long one."""
    with forklore.make_pool(2) as pool:
        forklore.answer_of(pool.map_async(small_square, range(8)))  # now both are up
        receipt = pool.map_async(unequal_task, UNEQUAL_S, chunksize=1)
        ordered = forklore.answer_of(receipt)
        coming = pool.imap_unordered(unequal_task, UNEQUAL_S)
        unordered = [coming.next(PATIENCE) for _ in UNEQUAL_S]
        under_way = pool.apply_async(time.sleep, (PATIENCE,))
        time.sleep(TASK_S)  # by then a worker took it
    # The end of the block terminated the pool.
    try:
        under_way.get(LOST_AFTER_S)
        lost = False
    except multiprocessing.TimeoutError:
        lost = True
    forklore.observe("ordered", forklore.text(in_a_row(ordered)))
    forklore.observe("unordered", forklore.text(in_a_row(unordered)))
    forklore.observe("lost_by_with", forklore.flag(lost))


def unequal_task(number):
    time.sleep(UNEQUAL_S[number])
    return number


def in_a_row(numbers):
    return " ".join(str(number) for number in numbers)


# ---- what a pool saves ------------------------------------------------------------


def compare_small_tasks(settings):
    """Many small tasks: by one pool, and by a process for each."""
    ways = {"one pool": by_pool, "a process per task": by_processes}
    until = now() + settings.budget_s / 4
    for trial in range(ROUNDS):
        for way, do_tasks in ways.items():
            forklore.progress(trial, ROUNDS, f"{SMALL_TASKS} small tasks: {way}")
            began = now()
            starts = do_tasks(settings)
            took = now() - began
            forklore.observe("small_tasks", forklore.seconds(took), way=way)
            forklore.observe("starts", forklore.count(starts), way=way)
        if now() > until:
            break  # starting processes is slow here: one round shows it
    forklore.progress(ROUNDS, ROUNDS, "done")


def by_pool(settings):
    """Making and closing the pool is part of it. Returns how many processes started."""
    pool = forklore.make_pool(settings.workers)
    try:
        receipt = pool.map_async(small_square, range(SMALL_TASKS), chunksize=1)
        check(forklore.answer_of(receipt))
        pool.close()
        pool.join()
    finally:
        pool.terminate()
    return settings.workers


def by_processes(settings):
    """As many at a time as the pool has workers."""
    squares = []
    for first in range(0, SMALL_TASKS, settings.workers):
        last = min(first + settings.workers, SMALL_TASKS)
        squares.extend(batch(settings, range(first, last)))
    check(squares)
    return SMALL_TASKS


def batch(settings, numbers):
    running = []
    for number in numbers:
        pipe, childs_end = settings.mp.Pipe()
        arguments = (number, childs_end)
        process = settings.mp.Process(target=send_square, args=arguments, daemon=True)
        process.start()
        childs_end.close()
        running.append((process, pipe))
    squares = []
    for process, pipe in running:
        if not forklore.patiently(pipe.poll):
            raise forklore.WorkerFailed(f"{process.name} sent nothing")
        squares.append(pipe.recv())
        forklore.await_process(process)
        pipe.close()
    return squares


def send_square(number, parent):
    """The same task for a process: what it finds must be sent."""
    parent.send(small_square(number))


def check(squares):
    """Both ways must have done the same, or comparing them would mean nothing."""
    if squares != [small_square(number) for number in range(SMALL_TASKS)]:
        raise forklore.WorkerFailed(f"wrong squares: {squares}")


if __name__ == "__main__":
    main()
