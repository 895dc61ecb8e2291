"""The largest sum of digits, with a message for every number."""

import multiprocessing

NUMBERS = range(20_000)


def digit_sum(number):
    return sum(int(digit) for digit in str(number))


if __name__ == "__main__":
    pool = multiprocessing.Pool(processes=2)
    sums = pool.map(digit_sum, NUMBERS, chunksize=1)
    pool.close()
    pool.join()
    print(f"the largest sum of digits is {max(sums)}")
