"""A thread's change to a list is seen by its parent, a child's is not."""

import multiprocessing
import threading

basket = []


def put(fruit):
    basket.append(fruit)
    print(f"  the worker's basket: {basket}")


if __name__ == "__main__":
    # A thread runs in this process, so there is only one basket.
    thread = threading.Thread(target=put, args=("apple",))
    thread.start()
    thread.join()
    print(f"after the thread:  {basket}")

    # A child process fills a basket of its own. Under fork that began
    # as a copy of ours; under spawn and forkserver it began empty.
    child = multiprocessing.Process(target=put, args=("pear",))
    child.start()
    child.join()
    print(f"after the process: {basket}")
