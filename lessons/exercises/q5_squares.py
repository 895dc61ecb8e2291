"""Squares the numbers 1 to 5, one after the other."""

import time


def square(n):
    time.sleep(0.15)  # a slow machine
    return n * n


if __name__ == "__main__":
    for n in range(1, 6):
        print(f"{n} squared is {square(n)}")
