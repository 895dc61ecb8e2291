"""Wrong on purpose: a program that starts a child without the main guard.

`process.py` runs it, once for each start method, and reads how its child ended.
"""

import multiprocessing
import sys


def nothing():
    pass


# No `if __name__ == "__main__":` here. Under fork the child is a copy of this process and
# never sees these lines. A fresh child, or a fork server, imports this file, meets them,
# and is told by Python that it may not start a child while it is being started.
context = multiprocessing.get_context(sys.argv[1])
child = context.Process(target=nothing)
try:
    child.start()
except (ConnectionError, EOFError) as error:
    # The error ended the fork server before it had started a child.
    print(type(error).__name__)
else:
    child.join()
    print(child.exitcode)
