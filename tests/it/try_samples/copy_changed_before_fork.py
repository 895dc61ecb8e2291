# advice: copy-not-written-back
# because: MainProcess (PID
"""The main process changes a copy; the child that it forks right after that has no part in it."""

import multiprocessing


def show(orders):
    print(len(orders))


if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        orders = manager.dict(ada=[])
        child = multiprocessing.get_context("fork").Process(target=show, args=(orders,))
        orders["ada"].append("tea")
        child.start()
        child.join()
        print(orders["ada"])
