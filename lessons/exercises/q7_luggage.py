"""Eight parts of a sum. Each of them travels with the whole list."""

import multiprocessing

PARTS = 8


def total(task):
    numbers, first = task
    return sum(numbers[first::PARTS])


if __name__ == "__main__":
    numbers = [number % 1000 for number in range(1_000_000)]
    tasks = [(numbers, first) for first in range(PARTS)]
    pool = multiprocessing.Pool(processes=2)
    sums = pool.map(total, tasks, chunksize=1)
    pool.close()
    pool.join()
    print(f"the sum is {sum(sums)}")
