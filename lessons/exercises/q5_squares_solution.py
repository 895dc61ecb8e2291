"""A pool squares the numbers 1 to 5."""

import multiprocessing
import time


def square(n):
    time.sleep(0.15)  # a slow machine
    return n * n


if __name__ == "__main__":
    numbers = range(1, 6)
    pool = multiprocessing.Pool(processes=4)
    squares = pool.map(square, numbers)
    pool.close()
    pool.join()
    for n, result in zip(numbers, squares):
        print(f"{n} squared is {result}")
