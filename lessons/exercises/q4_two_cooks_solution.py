"""Two cooks, six dishes, and both cook all the time."""

import multiprocessing
import time

DISHES = ("soup", "rice", "beans", "fish", "cake", "tea")


def cook(dish):
    time.sleep(0.1)
    return f"hot {dish}"


if __name__ == "__main__":
    pool = multiprocessing.Pool(processes=2)
    # One call orders everything; the cooks share it out.
    for meal in pool.map(cook, DISHES):
        print(meal)
    pool.close()
    pool.join()
