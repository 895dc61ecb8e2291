"""A task raises an exception, and nothing shows it."""

import multiprocessing


def invert(number):
    return 1 / number


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        receipts = [pool.apply_async(invert, (n,)) for n in (4, 0, 2)]
        pool.close()
        pool.join()
        print("all tasks are done")
        print("first result:", receipts[0].get())
        try:
            print("second result:", receipts[1].get())
        except ZeroDivisionError as error:
            print("second result: none,", error)
