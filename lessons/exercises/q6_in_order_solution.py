"""Four processes compute at the same time, and the parent prints."""

import multiprocessing
import time


def announcement(number):
    time.sleep(0.15)  # computing a number takes a while
    return f"my number is {number}"


if __name__ == "__main__":
    pool = multiprocessing.Pool(processes=4)
    # The children only return their lines; `map` keeps the order.
    for line in pool.map(announcement, (7, 14, 21, 28)):
        print(line)
    pool.close()
    pool.join()
