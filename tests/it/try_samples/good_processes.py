# advice: none
import multiprocessing
import os
import sys


def work(number):
    print("child", number, os.getpid())


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    children = [multiprocessing.Process(target=work, args=(i,)) for i in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("all done", [child.exitcode for child in children])
