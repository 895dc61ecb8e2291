"""A fast producer and a slow consumer, with and without a limit."""

import multiprocessing
import time

MESSAGES = 60


def consume(queue, received):
    while queue.get() is not None:
        received.value += 1
        time.sleep(0.01)  # the consumer is slow


def produce(queue, received):
    most = 0
    for number in range(1, MESSAGES + 1):
        queue.put(number)
        most = max(most, number - received.value)
    queue.put(None)
    return most


def run(queue):
    received = multiprocessing.Value("i", 0)
    consumer = multiprocessing.Process(target=consume, args=(queue, received))
    consumer.start()
    began = time.monotonic()
    most = produce(queue, received)
    waited = time.monotonic() - began > 0.3
    consumer.join()
    print(f"  {'more' if most > 10 else 'not more'} than 10 messages at once,",
          f"the producer {'waited' if waited else 'did not wait'}")


if __name__ == "__main__":
    print("Queue():")
    run(multiprocessing.Queue())
    print("Queue(5):")
    run(multiprocessing.Queue(5))
