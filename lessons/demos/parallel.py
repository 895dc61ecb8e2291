"""parallel: the same computation on one thread, on threads, processes, interpreters.

With a GIL, threads take turns and finish no sooner than one thread would. Processes
have a GIL each, and so have subinterpreters: they compute at the same time.
"""

import hashlib
import threading

import crew
import forklore
from usage import now

# Enough to hash for some ten milliseconds.
HASHED_BYTES = 32 << 20


def main():
    settings = forklore.begin(
        trials=3,
        workload="primes",
        backends=crew.ALL,
    )
    if settings.workers is None:
        settings.workers = max(2, settings.cores)
    crew.compare_backends(settings)
    if "python-threads" in settings.backends:
        for _ in range(3):
            tell_hashing()


def tell_hashing():
    """Two hashes one after the other, then by two threads.

    The hash is computed in C code, which lets go of the GIL meanwhile.
    """
    data = bytes(HASHED_BYTES)
    began = now()
    for _ in range(2):
        hashlib.sha256(data)
    tell_hashing_time("python-serial", began)
    threads = [threading.Thread(target=hashlib.sha256, args=(data,)) for _ in range(2)]
    began = now()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell_hashing_time("python-threads", began)


def tell_hashing_time(backend, began):
    forklore.observe("hashing", forklore.seconds(now() - began), backend=backend)


if __name__ == "__main__":
    main()
