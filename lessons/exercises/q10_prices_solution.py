"""Two workers add up a bill, and each is given the prices once."""

import multiprocessing
import time

prices = {}


def load_prices():
    time.sleep(0.1)  # a large file takes long to read
    return {"apple": 3, "pear": 4, "plum": 5}


def set_prices(loaded):
    global prices
    prices = loaded


def cost(order):
    time.sleep(0.02)
    name, number = order
    return prices.get(name, 0) * number


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    loaded = load_prices()
    orders = [("apple", 2), ("pear", 1), ("plum", 3), ("apple", 5)]
    pool = multiprocessing.Pool(2, initializer=set_prices, initargs=(loaded,))
    with pool:
        total = sum(pool.map(cost, orders, chunksize=1))
    print(f"total {total}")
