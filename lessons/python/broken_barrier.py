"""Three threads are to meet at a barrier, and one never gets there."""

import threading

barrier = threading.Barrier(3, timeout=0.5)
result = {}


def work(name):
    if name == "C":
        result[name] = "ended before the barrier"
        return
    try:
        barrier.wait()
        result[name] = "went on"
    except threading.BrokenBarrierError:
        result[name] = "BrokenBarrierError"


if __name__ == "__main__":
    threads = [threading.Thread(target=work, args=(name,)) for name in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "ABC":
        print(f"{name}: {result[name]}")
