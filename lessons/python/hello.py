"""Start one child process, wait for it, and ask how it ended."""

import multiprocessing
import os


def greet(guest):
    # This runs in the child: its PID is not the parent's.
    print(f"Welcome, {guest}! I am process {os.getpid()}.")


# The guard: only the program that you started passes it. A child that
# loads this file again, to find `greet`, must not start children too.
if __name__ == "__main__":
    print(f"I am the parent, process {os.getpid()}.")

    # Create: an object that describes the child. Nothing runs yet.
    child = multiprocessing.Process(target=greet, args=("Ada",))

    # Start: now the operating system has one more process.
    child.start()

    # Join: wait until the child has ended.
    child.join()

    # Collect: how did it end? 0 means "without a fault".
    print(f"The child's exit code is {child.exitcode}.")
