"""The largest sum of digits, with no message at all."""

NUMBERS = range(20_000)


def digit_sum(number):
    return sum(int(digit) for digit in str(number))


if __name__ == "__main__":
    # A task takes about a microsecond, a message fifty: no pool can win.
    # (With `chunksize=1000` the pool is almost as fast.)
    largest = max(map(digit_sum, NUMBERS))
    print(f"the largest sum of digits is {largest}")
