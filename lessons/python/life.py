"""Ask a Process object about its child at every moment of its life."""

import multiprocessing
import sys
import time


def nap(seconds, code):
    time.sleep(seconds)
    sys.exit(code)


def show(moment, child):
    alive = "alive" if child.is_alive() else "not alive"
    print(f"{moment:<14} {alive:<10} exit code {child.exitcode}")


if __name__ == "__main__":
    child = multiprocessing.Process(target=nap, args=(0.2, 3))
    show("created", child)

    child.start()
    show("started", child)

    # A join with a limit gives up waiting; the child goes on.
    child.join(timeout=0.05)
    show("still waiting", child)

    child.join()
    show("joined", child)

    # A child that is killed tells the signal, as a negative number.
    child = multiprocessing.Process(target=nap, args=(60, 0))
    child.start()
    child.terminate()
    child.join()
    show("terminated", child)
