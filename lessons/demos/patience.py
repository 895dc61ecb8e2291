"""Waiting that comes to an end: for processes, threads, queues and pools.

It counts steps, not time. Where a program is stopped (Ctrl-Z), the workers that it
waits for are stopped too, and that must not use up its patience.
"""

import math
import queue

# Longer than any answer takes: whoever says nothing for so long counts as gone.
# Work of a size that was asked for may take longer: see `Settings.patience`.
PATIENCE = 10.0
# Waiting goes in steps of this length.
STEP_S = 0.2


class WorkerFailed(Exception):
    """A worker ended early, or did not answer."""


class WorkLeftOver(WorkerFailed):
    """Threads compute on. They cannot be ended, and would slow down all that follows."""


def patiently(wait, patience=PATIENCE):
    """Calls `wait(seconds)` until it returns something true, and returns that.

    False once the patience is used up.
    """
    for _ in range(math.ceil(patience / STEP_S)):
        found = wait(STEP_S)
        if found:
            return found
    return False


def join_all(threads, patience=PATIENCE):
    """Waits for the end of threads; False if one of them does not end."""

    def all_ended(step_s):
        running = [thread for thread in threads if thread.is_alive()]
        if running:
            running[0].join(step_s)
        return not any(thread.is_alive() for thread in running)

    # A step ends early where a thread ends, so each of them has one to spare.
    return patiently(all_ended, patience + STEP_S * len(threads))


def answer_of(receipt, patience=PATIENCE):
    """What a pool's tasks returned."""
    patiently(lambda step_s: receipt.wait(step_s) or receipt.ready(), patience)
    return receipt.get(0)


def next_of(box, patience=PATIENCE):
    """What comes next out of a queue."""

    def look(step_s):
        try:
            return [box.get(timeout=step_s)]  # true, whatever it is
        except queue.Empty:
            return None

    found = patiently(look, patience)
    if not found:
        raise WorkerFailed(f"there was no message for {patience:g} s")
    return found[0]


def await_process(process):
    """Waits for the end of a process, as long as there is patience."""

    def ended(step_s):
        process.join(step_s)
        return process.exitcode is not None

    patiently(ended)
