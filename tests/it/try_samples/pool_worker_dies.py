# advice: pool-hangs
# limit: 4
import multiprocessing
import os
import sys
import time


def work(number):
    time.sleep(0.1)
    if number == 3:
        os._exit(7)
    return number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        print(pool.map(work, range(6), chunksize=1))
