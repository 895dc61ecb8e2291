# advice: deadlock
# until: it stands still
# because: MainProcess
import multiprocessing
import sys


def work(lock):
    with lock:
        print("worked")


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    lock = multiprocessing.Lock()
    child = multiprocessing.Process(target=work, args=(lock,))
    with lock:
        child.start()
        child.join()
