# advice: pool-slower-than-serial
import multiprocessing
import sys


def work(number):
    return number * number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(48) as pool:
        print(sum(pool.map(work, range(2000))))
