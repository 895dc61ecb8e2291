"""Why lines of several processes sometimes run into each other."""

import multiprocessing

NUMBERS = (7, 14, 21, 28)
LINES = 10


def in_two_pieces(gate, number):
    gate.wait()  # all four begin at the same moment
    for _ in range(LINES):
        # `flush` hands the text over now. Before the end of the line
        # follows, another process may hand over something of its own.
        print(f"number {number}", end="", flush=True)
        print(flush=True)


def in_one_piece(gate, number):
    gate.wait()
    for _ in range(LINES):
        # Text and end of line are handed over together.
        print(f"number {number}\n", end="", flush=True)


if __name__ == "__main__":
    for say in (in_one_piece, in_two_pieces):
        print(f"--- {say.__name__}", flush=True)
        gate = multiprocessing.Barrier(len(NUMBERS))
        workers = [
            multiprocessing.Process(target=say, args=(gate, number))
            for number in NUMBERS
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
