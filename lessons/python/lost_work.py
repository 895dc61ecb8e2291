"""Leaving a `with Pool` block too early throws unfinished work away."""

import multiprocessing
import time


def slow_square(n):
    time.sleep(0.3)
    return n * n


def leave_early():
    with multiprocessing.Pool(processes=2) as pool:
        receipt = pool.map_async(slow_square, range(1, 6))
        # The block ends here: it calls terminate(), not close().
    return receipt


def collect_first():
    with multiprocessing.Pool(processes=2) as pool:
        receipt = pool.map_async(slow_square, range(1, 6))
        # Waiting inside the block: the workers live until we have all.
        receipt.wait()
    return receipt


if __name__ == "__main__":
    for leave in (leave_early, collect_first):
        receipt = leave()
        # A lost receipt never gets its answer, so set a limit.
        receipt.wait(timeout=1)
        answer = receipt.get() if receipt.ready() else "nothing came"
        print(f"{leave.__name__:<14} {answer}")
