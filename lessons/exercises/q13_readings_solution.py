"""Two processes add up readings in shared memory."""

from multiprocessing import Array, Process

COUNT = 30_000


def add_up(readings, name):
    # One slice is one copy; the sum then needs no other process.
    print(name, sum(readings[:]))


if __name__ == "__main__":
    readings = Array("q", range(COUNT))
    children = [Process(target=add_up, args=(readings, name)) for name in "AB"]
    for child in children:
        child.start()
    for child in children:
        child.join()
