# advice: deadlock
# until: it stands still
# says: RLock
import threading

lock = threading.Lock()


def add(item, to):
    with lock:
        to.append(item)


with lock:
    add(1, [])
