"""The program says that six orders are shipped. Two never are."""

import multiprocessing
import time


def ship(order):
    time.sleep(0.02)
    if order % 3 == 0:
        raise ValueError(f"order {order} has no address")
    return order


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        receipts = [pool.apply_async(ship, (order,)) for order in range(1, 7)]
        pool.close()
        pool.join()
    print(f"{len(receipts)} shipped, 0 failed: []")
