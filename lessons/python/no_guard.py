"""What happens without the guard: this program is wrong on purpose."""

import multiprocessing
import sys

sys.tracebacklimit = 0  # the error alone, not the calls that led to it


def greet(guest):
    print(f"Welcome, {guest}!")


# Ask for "spawn", the way of macOS and Windows: the child starts as a
# fresh Python that loads this file to find `greet`.
spawn = multiprocessing.get_context("spawn")

# No `if __name__ == "__main__":` here, so the child, while it loads the
# file, gets to these lines too. Python notices and raises RuntimeError.
child = spawn.Process(target=greet, args=("Ada",))
child.start()
child.join()
print(f"exit code {child.exitcode}")
