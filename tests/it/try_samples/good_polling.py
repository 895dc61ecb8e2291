# advice: none
import multiprocessing
import sys
import time


def work():
    time.sleep(0.1)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    child = multiprocessing.Process(target=work)
    child.start()
    while child.is_alive():
        time.sleep(0.01)
    other = multiprocessing.Process(target=work)
    other.start()
    while multiprocessing.active_children():
        time.sleep(0.01)
