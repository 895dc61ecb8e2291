# advice: none
# limit: 4
import multiprocessing
import sys
import time


def download(number):
    time.sleep(30)
    return number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        print(pool.map(download, range(8), chunksize=1))
