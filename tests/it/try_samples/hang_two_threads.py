# advice: deadlock
# until: it stands still
# because: holds `accounts['ann'].lock` and waits for `accounts['bob'].lock`
import threading

both = threading.Barrier(2)


class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.amount = 10


def transfer(source, target):
    source.lock.acquire()
    try:
        both.wait()
        target.lock.acquire()
        source.amount, target.amount = source.amount - 1, target.amount + 1
        target.lock.release()
    finally:
        source.lock.release()


accounts = {"ann": Account(), "bob": Account()}
threads = [
    threading.Thread(target=transfer, args=(accounts["ann"], accounts["bob"])),
    threading.Thread(target=transfer, args=(accounts["bob"], accounts["ann"])),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
