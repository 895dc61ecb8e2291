# advice: deadlock
# until: it stands still
# because: `left`
"""A block on the line that enters it: each thread holds one lock and waits for the other in the block."""
import threading
import time

left, right = threading.Lock(), threading.Lock()


def hold_both(one, other):
    with one: time.sleep(0.2); other.acquire()


if __name__ == "__main__":
    threads = [threading.Thread(target=hold_both, args=pair) for pair in [(left, right), (right, left)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
