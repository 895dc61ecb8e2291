"""Two workers count primes. Are two cores at work?"""

from concurrent.futures import ThreadPoolExecutor
from math import isqrt

WORKERS = 2
LIMIT = 1_000_000


def is_prime(number):
    return number > 1 and all(
        number % divisor for divisor in range(3, isqrt(number) + 1, 2)
    )


def count_primes(first):
    """Counts the primes among first, first + 4, first + 8 and so on."""
    return sum(is_prime(number) for number in range(first, LIMIT, 4))


if __name__ == "__main__":
    # The odd numbers in two halves: 1, 5, 9, … and 3, 7, 11, …
    with ThreadPoolExecutor(WORKERS) as pool:
        found = sum(pool.map(count_primes, (1, 3)))
    print(f"{found} odd primes below {LIMIT}")
