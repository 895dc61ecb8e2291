"""An initializer prepares each worker of a pool, once."""

import multiprocessing
import time

table = None  # each worker has a table of its own


def prepare(size, prepared):
    global table
    table = [number * number for number in range(size)]
    time.sleep(0.1)  # a larger table would take longer
    with prepared.get_lock():
        prepared.value += 1


def look_up(number):
    time.sleep(0.05)
    return table[number]


if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    prepared = spawn.Value("i", 0)
    with spawn.Pool(2, initializer=prepare, initargs=(100, prepared)) as pool:
        print(pool.map(look_up, range(8), chunksize=1))
        pool.close()
        pool.join()
    print(f"tables made: {prepared.value}")
    print(f"the parent's table: {table}")
