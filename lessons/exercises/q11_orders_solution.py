"""Six orders: four are shipped, and the two that are not are named."""

import multiprocessing
import time


def ship(order):
    time.sleep(0.02)
    if order % 3 == 0:
        raise ValueError(f"order {order} has no address")
    return order


if __name__ == "__main__":
    shipped, failed = [], []
    with multiprocessing.Pool(2) as pool:
        receipts = {
            order: pool.apply_async(ship, (order,)) for order in range(1, 7)
        }
        for order, receipt in receipts.items():
            try:
                shipped.append(receipt.get(timeout=30))
            except Exception:
                failed.append(order)
    print(f"{len(shipped)} shipped, {len(failed)} failed: {failed}")
