"""How many steps do numbers take to get down to 1? Every core helps."""

import multiprocessing

RANGES = [
    (1, 50_000),
    (50_000, 100_000),
    (100_000, 150_000),
    (150_000, 200_000),
]


def steps(number):
    """Halve what is even, else triple it and add 1, until it is 1."""
    count = 0
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        count += 1
    return count


def longest(numbers):
    """The number of this range that takes most steps, and how many."""
    first, end = numbers
    return max((steps(number), number) for number in range(first, end))


if __name__ == "__main__":
    with multiprocessing.Pool() as pool:
        # The ranges need nothing of each other, so each can be a task.
        results = pool.map(longest, RANGES)
    for count, number in results:
        print(f"{number} takes {count} steps")
