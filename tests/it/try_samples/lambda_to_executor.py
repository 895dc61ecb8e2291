# advice: lambda-to-pool
import concurrent.futures
import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        print(pool.submit(lambda: 1).result())
