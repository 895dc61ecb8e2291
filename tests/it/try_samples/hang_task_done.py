# advice: task-done-missing
# until: it stands still
# because: 3 items
import multiprocessing
import sys


def worker(jobs):
    for _ in range(3):
        jobs.get()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    jobs = multiprocessing.JoinableQueue()
    child = multiprocessing.Process(target=worker, args=(jobs,))
    child.start()
    for number in range(3):
        jobs.put(number)
    jobs.join()
    child.join()
