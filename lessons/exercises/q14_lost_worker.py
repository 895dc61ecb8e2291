"""Eight tasks on two workers, and one of the workers is lost."""

import os
import signal
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

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


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(2) as executor:
            futures = [executor.submit(square, task, folder) for task in TASKS]
            squares = [future.result() for future in futures]
        print(f"squares: {squares}")
