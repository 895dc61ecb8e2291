# advice: pool-slower-than-serial
# says: chunksize=
import multiprocessing
import sys


def work(number):
    return sum(range(400))


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        print(sum(pool.map(work, range(60_000), chunksize=1)))
