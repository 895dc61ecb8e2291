# advice: daemon-cut-off
import multiprocessing
import sys
import time


def work():
    while True:
        pass


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    multiprocessing.Process(target=work, daemon=True).start()
    time.sleep(2)
