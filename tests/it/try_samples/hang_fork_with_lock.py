# advice: fork-with-held-lock
# until: it stands still
import os
import threading

lock = threading.Lock()
has_lock, has_forked = threading.Event(), threading.Event()


def log():
    with lock:
        has_lock.set()
        has_forked.wait()


thread = threading.Thread(target=log)
thread.start()
has_lock.wait()
child = os.fork()
if child == 0:
    with lock:
        print("never printed")
    os._exit(0)
has_forked.set()
thread.join()
os.waitpid(child, 0)
