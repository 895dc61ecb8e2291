"""A guest is welcomed. So far, the parent does it by itself."""

import multiprocessing
import sys


def greet(guest):
    print(f"Welcome, {guest}!")
    sys.exit(3)  # the exit code: so many guests are still to come


if __name__ == "__main__":
    # Create: an object for a child that greets Ada.
    # Start: now the child runs.
    # Join: wait until it has ended.
    # Collect: print its exit code.
    greet("Ada")
