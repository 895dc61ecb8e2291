"""A thread ends when it looks at a flag; a process can be ended."""

import multiprocessing
import threading
import time


def count_until(stop):
    while not stop.is_set():
        time.sleep(0.01)


def count_for_ever():
    while True:
        time.sleep(0.01)


if __name__ == "__main__":
    stop = threading.Event()
    thread = threading.Thread(target=count_until, args=(stop,))
    process = multiprocessing.Process(target=count_for_ever)
    thread.start()
    process.start()

    process.terminate()
    process.join()
    print("process ended, exit code", process.exitcode)

    print("thread has a terminate:", hasattr(thread, "terminate"))
    stop.set()
    thread.join()
    print("thread ended:", not thread.is_alive())
