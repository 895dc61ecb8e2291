"""scaling: the same computation with more and more workers.

Up to the number of cores, more processes finish sooner; beyond it they only take
turns. Threads under a GIL take turns from the start.
"""

import crew
import forklore


def main():
    settings = forklore.begin(
        trials=3,
        workload="primes",
        backends=[crew.THREADS, crew.PROCESSES],
    )
    if settings.workers is None:
        settings.workers = 2 * max(2, settings.cores)
    with crew.site_of(settings) as site:
        # Few workers take about as long as one; more of them take less.
        trials = 8 * (1 + len(settings.backends))
        job = crew.sized_job(settings, site, trials)
        settings.resolved()
        measure(settings, job)


def measure(settings, job):
    """Numbers of workers and backends take turns: 1 2 4, 1 2 4, …, after a warm-up.

    A backend that fails is told and left out.
    """
    numbers = worker_numbers(settings.workers)
    backends = [backend for backend in settings.backends if crew.can_run(backend)]
    steps = len(numbers) * len(backends) * settings.trials
    done = 0
    for trial in [None] + list(range(settings.trials)):
        if settings.enough(trial or 0):
            break
        for workers in [2] if trial is None else numbers:
            for backend in list(backends):
                forklore.progress(done, steps, f"{workers} {backend}")
                done += trial is not None
                try:
                    times = crew.Trial(settings, backend, trial, job, workers).run()
                except Exception as error:
                    backends.remove(backend)
                    crew.give_up(backend, error)
                    continue
                if trial is not None:
                    tell(times, backend, workers)
    forklore.progress(steps, steps, "done")


def tell(times, backend, workers):
    labels = {"backend": backend, "workers": workers}
    forklore.observe("work", forklore.seconds(times["work_s"]), **labels)
    forklore.observe("cpu", forklore.seconds(times["cpu_s"]), **labels)


def worker_numbers(most):
    """1, 2, 3, 4, then by doubling: many cores must not take all day."""
    numbers = list(range(1, min(most, 4) + 1))
    while numbers[-1] * 2 < most:
        numbers.append(numbers[-1] * 2)
    if most > 4:
        numbers.append(most)
    return numbers


if __name__ == "__main__":
    main()
