# advice: join-before-drain
# limit: 4
import multiprocessing
import sys


def produce(queue):
    queue.put("x" * 1_000_000)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=produce, args=(queue,))
    child.start()
    child.join()
    print(len(queue.get()))
