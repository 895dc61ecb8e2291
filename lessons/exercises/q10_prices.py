"""Two workers add up a bill, with prices that they do not have."""

import multiprocessing
import time

prices = {}


def load_prices():
    time.sleep(0.1)  # a large file takes long to read
    return {"apple": 3, "pear": 4, "plum": 5}


def cost(order):
    time.sleep(0.02)
    name, number = order
    return prices.get(name, 0) * number


if __name__ == "__main__":
    # Under fork, the workers would get a copy of `prices`.
    multiprocessing.set_start_method("spawn")
    prices = load_prices()
    orders = [("apple", 2), ("pear", 1), ("plum", 3), ("apple", 5)]
    with multiprocessing.Pool(2) as pool:
        total = sum(pool.map(cost, orders, chunksize=1))
    print(f"total {total}")
