"""Two children end while they hold a lock. Is it free afterwards?"""

import multiprocessing
import os
import sys


def exit_from_block(lock):
    with lock:
        sys.exit(1)  # raises SystemExit, which leaves the block


def end_at_once(lock):
    with lock:
        os._exit(1)  # ends the process here, as a crash does


if __name__ == "__main__":
    for target in (exit_from_block, end_at_once):
        lock = multiprocessing.Lock()
        child = multiprocessing.Process(target=target, args=(lock,))
        child.start()
        child.join()
        # It might never be free, so set a limit.
        free = lock.acquire(timeout=1)
        print(f"{target.__name__:<15} exit code {child.exitcode}, "
              f"the lock is {'free' if free else 'still locked'}")
