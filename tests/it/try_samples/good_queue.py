# advice: none
import multiprocessing
import sys


def produce(queue):
    for number in range(3):
        queue.put(str(number) * 100_000)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=produce, args=(queue,))
    child.start()
    print([len(queue.get()) for _ in range(3)])
    child.join()
    print(child.exitcode)
