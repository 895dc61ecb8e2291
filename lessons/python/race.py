"""Two processes add to one shared number: with care, and without."""

import multiprocessing

WORKERS = 2
ROUNDS = 100_000


def add_carelessly(total):
    for _ in range(ROUNDS):
        # Read, add, write back. Each access takes the lock for itself,
        # but in between the other process may write, and is undone.
        total.value += 1


def add_carefully(total):
    for _ in range(ROUNDS):
        # One lock around all three keeps the other process out.
        with total.get_lock():
            total.value += 1


def count_with(add):
    # A Value is memory that both children share.
    total = multiprocessing.Value("i", 0)
    workers = [
        multiprocessing.Process(target=add, args=(total,))
        for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return total.value


if __name__ == "__main__":
    expected = WORKERS * ROUNDS
    for add in (add_carelessly, add_carefully):
        seen = count_with(add)
        print(f"{add.__name__:<15} {seen:>7} of {expected}, "
              f"lost {expected - seen}")
