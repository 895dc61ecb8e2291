"""Four ways to hand work to a pool, and which of them wait."""

import multiprocessing
import time

DISHES = ["soup", "rice", "beans", "cake"]


def cook(dish):
    time.sleep(0.1)
    return f"hot {dish}"


def report(call, began, handed_over):
    done = time.perf_counter()
    print(f"{call:<12} came back after {handed_over - began:5.2f} s, "
          f"all done after {done - began:5.2f} s")


if __name__ == "__main__":
    pool = multiprocessing.Pool(processes=2)
    pool.map(cook, ["warm-up", "warm-up"])  # both workers are up now

    # apply: one task, and we wait for it. Four in a row never overlap.
    began = time.perf_counter()
    meals = [pool.apply(cook, (dish,)) for dish in DISHES]
    report("apply", began, time.perf_counter())

    # apply_async: one task, and we get a receipt at once.
    began = time.perf_counter()
    receipts = [pool.apply_async(cook, (dish,)) for dish in DISHES]
    handed_over = time.perf_counter()
    meals = [receipt.get() for receipt in receipts]
    report("apply_async", began, handed_over)

    # map: many tasks, and we wait for all of them.
    began = time.perf_counter()
    meals = pool.map(cook, DISHES)
    report("map", began, time.perf_counter())

    # map_async: many tasks, and one receipt at once.
    began = time.perf_counter()
    receipt = pool.map_async(cook, DISHES)
    handed_over = time.perf_counter()
    meals = receipt.get()
    report("map_async", began, handed_over)

    pool.close()
    pool.join()
    print(meals)
