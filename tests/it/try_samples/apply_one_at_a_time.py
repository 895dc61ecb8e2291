# advice: apply-one-at-a-time
import multiprocessing
import sys
import time


def work(number):
    time.sleep(0.1)
    return number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        print([pool.apply(work, (number,)) for number in range(6)])
