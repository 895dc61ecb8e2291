"""Four processes print in order, because one runs at a time."""

import multiprocessing
import time


def announce(number):
    time.sleep(0.15)  # computing a number takes a while
    print(f"my number is {number}")


if __name__ == "__main__":
    for number in (7, 14, 21, 28):
        child = multiprocessing.Process(target=announce, args=(number,))
        child.start()
        child.join()
