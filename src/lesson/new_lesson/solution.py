"""Two children say hello, side by side."""

import os
from multiprocessing import Process


def hello(who):
    print(f"hello from {who}, process {os.getpid()}")


if __name__ == "__main__":
    children = [Process(target=hello, args=(who,)) for who in ["Ada", "Grace"]]
    for child in children:
        child.start()
    for child in children:
        child.join()
