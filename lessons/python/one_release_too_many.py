"""Six threads share two places; then one release is too many."""

import threading
import time


def most_at_once(places):
    inside, most = [], []

    def work():
        with places:
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.2)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(most)


if __name__ == "__main__":
    places = threading.Semaphore(2)
    print(f"Semaphore(2): at most {most_at_once(places)} at once")
    places.release()  # nothing was acquired before
    print(f"one release more: at most {most_at_once(places)} at once")
    try:
        threading.BoundedSemaphore(2).release()
    except ValueError:
        print("BoundedSemaphore(2): ValueError")
