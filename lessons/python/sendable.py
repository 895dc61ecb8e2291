"""What can be sent to another process?"""

import math
import pickle
import threading


def can_be_sent(value):
    try:
        pickle.dumps(value)
    except Exception:  # which error it is depends on the value
        return False
    return True


if __name__ == "__main__":
    values = {
        "a list": [1, 2, 3],
        "a function with a name": math.sqrt,
        "a lambda": lambda n: n * n,
        "an open file": open(__file__),
        "a thread's lock": threading.Lock(),
        "an exception": ValueError("wrong"),
        "a generator": (n for n in range(3)),
    }
    for name, value in values.items():
        print(f"{name:<23} {'yes' if can_be_sent(value) else 'no'}")
