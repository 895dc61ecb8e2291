# advice(fork): none
# advice(spawn, forkserver): no-main-guard
import multiprocessing
import sys

multiprocessing.set_start_method(sys.argv[1])
child = multiprocessing.Process(target=print, args=("hello",))
child.start()
child.join()
