"""Four processes, each of which prints a number of its own."""

import multiprocessing


def announce(number):
    print(number)


if __name__ == "__main__":
    children = [
        multiprocessing.Process(target=announce, args=(number,))
        for number in (7, 14, 21, 28)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
