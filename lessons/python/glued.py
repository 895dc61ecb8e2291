"""Why lines of several processes sometimes run into each other."""

import multiprocessing
import os
import tempfile
import time

NUMBERS = (7, 14, 21, 28)
LINES = 10


def in_two_pieces(number, out):
    # `flush` hands the text over now. Before the newline follows,
    # another process may hand over something of its own. The pause
    # makes that likely: without it, it is rare.
    print(f"number {number}", end="", file=out, flush=True)
    time.sleep(0.0001)
    print(file=out, flush=True)


def in_one_piece(number, out):
    # The text and the newline are handed over together.
    print(f"number {number}\n", end="", file=out, flush=True)


def announce(say, number, path, gate):
    # All four write into one file, as they would onto one screen.
    with open(path, "a") as out:
        gate.wait()  # all four begin at the same moment
        for _ in range(LINES):
            say(number, out)
            time.sleep(0.0001)


def lines_of(say, path):
    gate = multiprocessing.Barrier(len(NUMBERS))
    workers = [
        multiprocessing.Process(
            target=announce, args=(say, number, path, gate)
        )
        for number in NUMBERS
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with open(path) as written:
        return written.read().splitlines()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for say in (in_one_piece, in_two_pieces):
            lines = lines_of(say, os.path.join(folder, say.__name__))
            glued = [line for line in lines if line.count("number") > 1]
            print(f"{say.__name__}: {len(glued)} glued lines")
            for line in glued[:3]:
                print(f"    {line}")
