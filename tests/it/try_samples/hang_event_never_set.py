# advice: never-woken
# until: it stands still
# because: `ready`
import multiprocessing
import sys


def work(ready):
    ready.wait()
    print("worked")


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    ready = multiprocessing.Event()
    child = multiprocessing.Process(target=work, args=(ready,))
    child.start()
    child.join()
    ready.set()
