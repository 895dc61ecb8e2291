# advice: queue-without-sentinel
# until: it stands still
import queue
import threading

jobs = queue.Queue()


def worker():
    while True:
        print(jobs.get() ** 2)


for number in range(6):
    jobs.put(number)
threading.Thread(target=worker).start()
