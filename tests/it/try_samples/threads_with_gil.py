# advice(gil): threads-with-gil
# advice(free): none
import threading
import time


def work():
    count = 0
    while time.thread_time() < 0.4:
        for _ in range(1000):
            count += 1


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
