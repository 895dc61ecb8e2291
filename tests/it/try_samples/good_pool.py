# advice: none
import multiprocessing
import sys
import time


def work(number):
    until = time.monotonic() + 0.05
    while time.monotonic() < until:
        number += 1
    return number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        print(len(pool.map(work, range(24))))
        print(len([result.get() for result in [pool.apply_async(work, (i,)) for i in range(4)]]))
