# advice: result-lost
# until: it stands still
# because: could not be loaded
import multiprocessing
import sys


class BadInvoice(Exception):
    def __init__(self, number, reason):
        super().__init__(f"invoice {number}: {reason}")


def check(number):
    if number == 4:
        raise BadInvoice(number, "no customer")
    return number


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Pool(2) as pool:
        print(pool.map(check, range(6)))
