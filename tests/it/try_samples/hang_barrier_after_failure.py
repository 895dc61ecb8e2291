# advice: waits-for-failed-child
# until: it stands still
# because: ValueError: no data for stage 2
import multiprocessing
import sys


def stage(number, barrier):
    if number == 2:
        raise ValueError("no data for stage 2")
    barrier.wait()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    barrier = multiprocessing.Barrier(3)
    stages = [multiprocessing.Process(target=stage, args=(n, barrier)) for n in range(3)]
    for each in stages:
        each.start()
    for each in stages:
        each.join()
