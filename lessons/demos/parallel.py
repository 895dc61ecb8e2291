"""parallel: the same computation on one thread, on threads, processes, interpreters.

With a GIL, threads take turns and finish no sooner than one thread would. Processes
have a GIL each, and so have subinterpreters: they compute at the same time.
"""

import crew
import forklore


def main():
    settings = forklore.begin(
        trials=3,
        workload="primes",
        backends=crew.ALL,
    )
    if settings.workers is None:
        settings.workers = max(2, settings.cores)
    crew.compare_backends(settings)


if __name__ == "__main__":
    main()
