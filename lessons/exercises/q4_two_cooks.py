"""Two cooks, six dishes. But the second cook has nothing to do."""

import multiprocessing
import time

DISHES = ("soup", "rice", "beans", "fish", "cake", "tea")


def cook(dish):
    time.sleep(0.1)
    return f"hot {dish}"


if __name__ == "__main__":
    pool = multiprocessing.Pool(processes=2)
    for dish in DISHES:
        print(pool.apply(cook, (dish,)))
    pool.close()
    pool.join()
