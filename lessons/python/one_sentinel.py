"""A producer says once that there is no more. Two consumers listen."""

import multiprocessing
import time


def consume(tasks):
    while True:
        task = tasks.get()
        if task is None:  # the sentinel: no more tasks
            return
        time.sleep(0.05)


if __name__ == "__main__":
    tasks = multiprocessing.Queue()
    consumers = [
        multiprocessing.Process(target=consume, args=(tasks,))
        for _ in range(2)
    ]
    for consumer in consumers:
        consumer.start()
    for task in [*range(6), None]:
        tasks.put(task)
    # The wait has a limit, since a consumer might wait for ever.
    deadline = time.monotonic() + 3
    for consumer in consumers:
        consumer.join(max(0, deadline - time.monotonic()))
    waiting = [consumer for consumer in consumers if consumer.is_alive()]
    print(f"{len(waiting)} of 2 consumers still waiting")
    for consumer in waiting:
        consumer.terminate()
        consumer.join()
