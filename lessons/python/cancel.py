"""Three tasks for one thread: which of them can be cancelled?"""

import concurrent.futures
import threading

started = threading.Event()
go_on = threading.Event()


def work(name):
    started.set()
    go_on.wait(5)
    return f"{name} is done"


if __name__ == "__main__":
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        futures = [pool.submit(work, name) for name in ("A", "B", "C")]
        started.wait()  # A runs now, B and C wait for the thread
        print("cancel A:", futures[0].cancel())
        print("cancel B:", futures[1].cancel())
        go_on.set()
        for name, future in zip("ABC", futures):
            try:
                print(future.result())
            except concurrent.futures.CancelledError:
                print(f"{name} was cancelled")
