"""A thread holds a lock when a child is started. Can the child acquire it?"""

import multiprocessing
import threading

log_lock = threading.Lock()


def write_log(method):
    # Without this limit, the forked child would wait for ever.
    if log_lock.acquire(timeout=0.5):
        print(f"  child ({method}): logged", flush=True)
    else:
        print(f"  child ({method}): gave up after 0.5 s", flush=True)


def hold_lock(holds, end):
    with log_lock:
        holds.set()
        end.wait()


if __name__ == "__main__":
    holds, end = threading.Event(), threading.Event()
    threading.Thread(target=hold_lock, args=(holds, end)).start()
    holds.wait()

    for method in ("fork", "spawn"):
        if method not in multiprocessing.get_all_start_methods():
            print(f"{method}: not on this system")
            continue
        print(f"{method}:", flush=True)
        context = multiprocessing.get_context(method)
        child = context.Process(target=write_log, args=(method,))
        child.start()
        child.join()

    end.set()
