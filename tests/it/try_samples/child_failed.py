# advice: child-failed
import multiprocessing
import sys


def work():
    raise ValueError("no such number")


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    child = multiprocessing.Process(target=work)
    child.start()
    child.join()
    print("done")
