"""Five pages are fetched at the same time: their waits overlap."""

import time
from concurrent.futures import ThreadPoolExecutor


def fetch(page):
    time.sleep(0.15)  # as long as a server takes to answer
    return f"page {page}: {page * page} words"


if __name__ == "__main__":
    # Waiting needs no core: a thread for each page will do.
    with ThreadPoolExecutor(max_workers=5) as pool:
        # `map` gives the answers in the order of the pages.
        for answer in pool.map(fetch, range(1, 6)):
            print(answer)
