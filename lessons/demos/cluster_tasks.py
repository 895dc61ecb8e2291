"""The tasks of cluster.py: a module that the workers of a cluster import too."""

import os
import signal
import time

_arrivals = 0


def square(number):
    """A task that takes almost no time."""
    return number * number


def wait_and_square(number, seconds):
    """A task that needs no core while it lasts, so that it takes as long on one core."""
    time.sleep(seconds)
    return number * number


class Block:
    """Data for a task. Each time it arrives in a process, that is counted there."""

    def __init__(self, data):
        self.data = data

    def __reduce__(self):
        return arrive, (self.data,)


def arrive(data):
    global _arrivals
    _arrivals += 1
    return Block(data)


def use_block(number, block):
    """Tells how often a block arrived in this process so far."""
    return os.getpid(), _arrivals, len(block.data)


def die_once(number, doomed, folder):
    """A task that ends its process the first time it runs, if it is the doomed one."""
    runs = count_run(folder, number)
    if number == doomed and runs == 1:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        time.sleep(60)  # the signal comes at once
    time.sleep(0.05)
    return number


def count_run(folder, number):
    """Counts that a task was started; the count outlives the process."""
    name = os.path.join(folder, f"runs-{number}")
    with open(name, "ab", buffering=0) as file:
        file.write(b".")
    return os.path.getsize(name)
