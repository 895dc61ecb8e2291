"""io: work that waits, on one thread, on threads, processes and interpreters.

A thread that waits has let go of the GIL, so waits overlap under threads just as they
do under processes: waiting needs no core.
"""

import crew
import forklore


def main():
    settings = forklore.begin(
        workers=4,
        trials=3,
        workload="wait",
        backends=crew.ALL,
    )
    crew.compare_backends(settings)


if __name__ == "__main__":
    main()
