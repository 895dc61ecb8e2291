# advice: results-not-awaited
import multiprocessing
import sys
import time


def work(number):
    time.sleep(0.5)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        for number in range(4):
            pool.apply_async(work, (number,))
    print("done")
