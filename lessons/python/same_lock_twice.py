"""One thread acquires the same lock twice."""

import threading


def pay(lock):
    with lock:
        return log(lock)


def log(lock):
    # `pay` holds the lock already. Would it ever be free?
    if not lock.acquire(timeout=0.5):
        return "not acquired in 0.5 s"
    lock.release()
    return "acquired again"


if __name__ == "__main__":
    print("Lock: ", pay(threading.Lock()))
    print("RLock:", pay(threading.RLock()))
