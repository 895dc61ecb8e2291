"""Two clerks move money between two accounts, and block each other."""

import multiprocessing
import time

MOVES = 5


def move(accounts, locks, source, target):
    with locks[source]:
        balance = accounts[source]
        time.sleep(0.05)  # the clerk counts the money
        # Without this limit, the program might never end.
        if not locks[target].acquire(timeout=0.5):
            return 0
        accounts[source] = balance - 1
        accounts[target] += 1
        locks[target].release()
    return 1


def run_clerk(accounts, locks, source, target, moves):
    for _ in range(MOVES):
        moved = move(accounts, locks, source, target)
        with moves.get_lock():
            moves.value += moved


if __name__ == "__main__":
    accounts = multiprocessing.Array("i", [100, 100], lock=False)
    locks = [multiprocessing.Lock(), multiprocessing.Lock()]
    moves = multiprocessing.Value("i", 0)
    clerks = [
        multiprocessing.Process(
            target=run_clerk, args=(accounts, locks, source, target, moves)
        )
        for source, target in ((0, 1), (1, 0))
    ]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    print(f"{moves.value} of {2 * MOVES} moves, balances {accounts[:]}")
