# advice(fork): none
# advice(spawn, forkserver): no-main-guard
# limit: 20
import multiprocessing
import sys

multiprocessing.set_start_method(sys.argv[1], force=True)
with multiprocessing.Pool(2) as pool:
    print(pool.map(abs, range(4)))
