# advice: no-target
import multiprocessing
import sys


def work():
    print(multiprocessing.current_process().name)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    child = multiprocessing.Process(target=work())
    child.start()
    child.join()
