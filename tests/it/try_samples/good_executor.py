# advice: none
import concurrent.futures
import multiprocessing
import sys
import time


def work(number):
    time.sleep(0.05)
    return number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        print(list(pool.map(work, range(24))))
        print(pool.submit(work, 7).result())
