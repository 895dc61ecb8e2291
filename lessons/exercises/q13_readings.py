"""Two processes add up readings that are in a Manager, and it is slow."""

from multiprocessing import Manager, Process

COUNT = 30_000


def add_up(readings, name):
    total = 0
    for index in range(COUNT):
        total += readings[index]
    print(name, total)


if __name__ == "__main__":
    with Manager() as manager:
        readings = manager.list(range(COUNT))
        children = [Process(target=add_up, args=(readings, name)) for name in "AB"]
        for child in children:
            child.start()
        for child in children:
            child.join()
