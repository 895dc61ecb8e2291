"""A task is submitted, and the program goes on."""

import time
from concurrent.futures import ThreadPoolExecutor


def square(number):
    time.sleep(0.3)
    return number * number


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=2) as executor:
        future = executor.submit(square, 7)
        print("submitted, done:", future.done())
        print("the result:", future.result())
        print("afterwards, done:", future.done())
