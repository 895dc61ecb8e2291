"""Two processes add up readings in shared memory."""

from multiprocessing import Array, Process

COUNT = 30_000


def add_up(readings, results, place):
    # One slice is one copy; the sum then needs no other process.
    results[place] = sum(readings[:])


if __name__ == "__main__":
    readings = Array("q", range(COUNT))
    results = Array("q", 2)
    children = [
        Process(target=add_up, args=(readings, results, place)) for place in range(2)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(results[0], results[1])
