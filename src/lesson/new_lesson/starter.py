"""Says hello twice, in one process: let two children do it."""

import os


def hello(who):
    print(f"hello from {who}, process {os.getpid()}")


if __name__ == "__main__":
    for who in ["Ada", "Grace"]:
        hello(who)
