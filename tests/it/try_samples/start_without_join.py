# advice: start-without-join
import multiprocessing
import sys
import time


def work():
    time.sleep(0.2)
    print("child")


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    for _ in range(2):
        multiprocessing.Process(target=work).start()
    print("main is done")
