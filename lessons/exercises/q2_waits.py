"""Five pages are fetched, one after the other."""

import time


def fetch(page):
    time.sleep(0.15)  # as long as a server takes to answer
    return f"page {page}: {page * page} words"


if __name__ == "__main__":
    for page in range(1, 6):
        print(fetch(page))
