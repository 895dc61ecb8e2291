"""A child writes a long report. It never gets here."""

import multiprocessing
import time


def write_report(results):
    time.sleep(0.1)  # writing takes a while
    results.put("word " * 200_000)


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=write_report, args=(results,))
    child.start()
    # Without the limit, the program might never end.
    child.join(timeout=2)
    if child.is_alive():
        child.terminate()
        child.join()
        print("no report")
    else:
        print(len(results.get().split()), "words")
