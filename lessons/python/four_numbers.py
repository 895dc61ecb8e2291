"""Four processes, each of which prints a number of its own."""

import multiprocessing


def announce(number):
    me = multiprocessing.current_process()
    print(f"{me.name} (PID {me.pid}) has number {number}")


if __name__ == "__main__":
    # Create all four first: each gets its name here, in this order.
    workers = [
        multiprocessing.Process(target=announce, args=(number,))
        for number in (7, 14, 21, 28)
    ]

    # Start them all before waiting for any: now they run at once.
    for worker in workers:
        worker.start()

    # Join every one of them: after this loop none is still printing.
    for worker in workers:
        worker.join()

    print(f"{len(workers)} processes have finished")
