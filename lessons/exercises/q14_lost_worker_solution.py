"""Eight tasks on two workers; what is lost with a worker is sent again."""

import os
import signal
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

TASKS = range(8)


def square(number, folder):
    time.sleep(0.05)  # the work
    if number == 3:
        lose_worker_once(folder)
    return number * number


def lose_worker_once(folder):
    """Stands for a machine that fails: the second time, nothing happens."""
    try:
        open(os.path.join(folder, "failed"), "x").close()
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def run_open_tasks(squares, folder):
    """Sends each task that is still open, and keeps the results that come."""
    with ProcessPoolExecutor(2) as executor:
        futures = {
            task: executor.submit(square, task, folder)
            for task in TASKS
            if task not in squares
        }
        for task, future in futures.items():
            try:
                squares[task] = future.result()
            except BrokenProcessPool:
                pass  # it stays open


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        squares = {}
        while len(squares) < len(TASKS):
            run_open_tasks(squares, folder)
        print(f"squares: {[squares[task] for task in TASKS]}")
