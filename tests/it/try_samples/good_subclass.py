# advice: none
import multiprocessing
import sys
import threading


class Worker(multiprocessing.Process):
    def run(self):
        super().run()
        print("I am", self.name)


class Waiter(threading.Thread):
    def run(self):
        super().run()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    workers = [Worker(), Worker(), Waiter()]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
