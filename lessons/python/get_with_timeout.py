"""The caller gives up after a while. What does the task do?"""

import multiprocessing
import time


def slow_square(number):
    time.sleep(0.6)
    return number * number


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        receipt = pool.apply_async(slow_square, (7,))
        try:
            print("result:", receipt.get(timeout=0.2))
        except multiprocessing.TimeoutError:
            print("no result after 0.2 s")
        print("asked again:", receipt.get(timeout=10))
