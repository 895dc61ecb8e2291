"""A guest is welcomed, by a child process."""

import multiprocessing
import sys


def greet(guest):
    print(f"Welcome, {guest}!")
    sys.exit(3)  # the exit code: so many guests are still to come


if __name__ == "__main__":
    # Create: an object for a child that greets Ada.
    child = multiprocessing.Process(target=greet, args=("Ada",))
    # Start: now the child runs.
    child.start()
    # Join: wait until it has ended.
    child.join()
    # Collect: print its exit code.
    print(child.exitcode)
