# advice: lock-of-ended-process
# until: it stands still
# because: exit code 3
import multiprocessing
import os
import sys


def work(number, lock):
    with lock:
        if number == 0:
            os._exit(3)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    lock = multiprocessing.Lock()
    first = multiprocessing.Process(target=work, args=(0, lock))
    first.start()
    first.join()
    second = multiprocessing.Process(target=work, args=(1, lock))
    second.start()
    second.join()
