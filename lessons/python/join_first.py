"""A child puts a result into a queue. The parent joins it first."""

import multiprocessing


def work(queue, size):
    queue.put(b"x" * size)


if __name__ == "__main__":
    for size in (100, 1_000_000):
        queue = multiprocessing.Queue()
        child = multiprocessing.Process(target=work, args=(queue, size))
        child.start()
        child.join(timeout=2)  # without the limit: perhaps for ever
        joined = not child.is_alive()
        received = len(queue.get())
        child.join()
        print(f"{size:>9,} bytes: joined before get: {joined},",
              f"received {received:,}, exit code {child.exitcode}")
