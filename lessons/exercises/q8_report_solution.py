"""A child writes a long report. Its parent reads it, then joins it."""

import multiprocessing
import time


def write_report(results):
    time.sleep(0.1)  # writing takes a while
    results.put("word " * 200_000)


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=write_report, args=(results,))
    child.start()
    # Until the report is read, the child cannot end.
    report = results.get()
    child.join()
    print(len(report.split()), "words")
