# advice(fork): none
# advice(spawn, forkserver): cannot-pickle
import multiprocessing
import sys


def main():
    def inner():
        pass

    multiprocessing.set_start_method(sys.argv[1])
    child = multiprocessing.Process(target=inner)
    child.start()
    child.join()


if __name__ == "__main__":
    main()
