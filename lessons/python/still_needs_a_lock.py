"""Threads put things into a list and count them, with and without a lock."""

import sys
import threading

TIMES = 100_000
THREADS = 4

items = []
counted = [0]
lock = threading.Lock()


def one():
    return 1


def append():
    for number in range(TIMES):
        items.append(number)


def count():
    for _ in range(TIMES):
        counted[0] += one()


def count_with_lock():
    for _ in range(TIMES):
        with lock:
            counted[0] += one()


def run(work):
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.setswitchinterval(1e-5)  # with a GIL, let threads change places often
    run(append)
    print("appended:", len(items) == TIMES * THREADS)
    run(count)
    print("counted without a lock:", counted[0] == TIMES * THREADS)
    counted[0] = 0
    run(count_with_lock)
    print("counted with a lock:", counted[0] == TIMES * THREADS)
