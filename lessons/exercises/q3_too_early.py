"""A child adds up four numbers, and its parent prints the sum."""

import multiprocessing
import time


def add_up(numbers, total):
    time.sleep(0.1)  # large numbers take a while
    total.value = sum(numbers)


if __name__ == "__main__":
    # A Value is memory that parent and child share.
    total = multiprocessing.Value("i", 0)
    child = multiprocessing.Process(
        target=add_up, args=((10, 20, 30, 40), total)
    )
    child.start()
    print(total.value)
