"""A list in a Manager: read number by number, and in one call."""

import time
from multiprocessing import Manager

COUNT = 2_000


if __name__ == "__main__":
    with Manager() as manager:
        numbers = manager.list(range(COUNT))
        began = time.perf_counter()
        one_by_one = sum(numbers[index] for index in range(COUNT))
        first = time.perf_counter() - began
        began = time.perf_counter()
        all_at_once = sum(numbers[:])
        second = time.perf_counter() - began
    print("the same sum:", one_by_one == all_at_once)
    print("one call was faster:", second < first)
    print("more than 20 times as fast:", 20 * second < first)
