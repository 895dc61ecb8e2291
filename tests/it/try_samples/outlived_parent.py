# advice: outlived-parent
import multiprocessing
import os
import sys
import time

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    child = multiprocessing.Process(target=time.sleep, args=(30,))
    child.start()
    time.sleep(0.5)
    os._exit(0)
