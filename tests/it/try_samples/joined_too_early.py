# advice: joined-too-early
import multiprocessing
import sys
import time

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    for _ in range(3):
        child = multiprocessing.Process(target=time.sleep, args=(0.1,))
        child.start()
        child.join()
