# advice: none
import multiprocessing
import sys


def work(numbers):
    numbers.append(1)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Manager() as manager:
        numbers = manager.list()
        children = [multiprocessing.Process(target=work, args=(numbers,)) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        print(list(numbers))
