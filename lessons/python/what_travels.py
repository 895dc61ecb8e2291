"""The size of a function, a range and a list on their way to a worker."""

import pickle


def count_even(numbers):
    return sum(number % 2 == 0 for number in numbers)


for name, item in (
    ("the function", count_even),
    ("the range", range(100_000)),
    ("the list", list(range(100_000))),
):
    print(f"{name}: {len(pickle.dumps(item))} bytes")
