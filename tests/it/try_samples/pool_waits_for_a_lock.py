# advice: deadlock
# limit: 4
import multiprocessing
import sys

LOCK = None


def begin(lock):
    global LOCK
    LOCK = lock


def work(number):
    with LOCK:
        return number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    lock = multiprocessing.Lock()
    lock.acquire()
    with multiprocessing.Pool(2, begin, (lock,)) as pool:
        print(pool.map(work, range(6)))
