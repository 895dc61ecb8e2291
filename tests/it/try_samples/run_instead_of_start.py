# advice: run-instead-of-start
import multiprocessing
import sys


def work():
    print(multiprocessing.current_process().name)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    for _ in range(2):
        multiprocessing.Process(target=work).run()
