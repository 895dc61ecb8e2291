# advice: cannot-pickle
import multiprocessing
import sys
import threading
import time


def work(number):
    time.sleep(0.2)
    return threading.Lock()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        pool.map(work, range(8))
