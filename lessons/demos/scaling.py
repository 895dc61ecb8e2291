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
        backends=[crew.PROCESSES],
    )
    # This demo shows one backend: the first of those that were asked for.
    settings.backends = settings.backends[:1]
    if settings.workers is None:
        settings.workers = 2 * max(2, settings.cores)
    with crew.site_of(settings) as site:
        job = crew.sized_job(settings, site)
        settings.resolved()
        if crew.can_run(settings.backends[0]):
            measure(settings, job)


def measure(settings, job):
    """The numbers of workers take turns: 1 2 4, 1 2 4, …, after a warm-up."""
    numbers = worker_numbers(settings.workers)
    backend = settings.backends[0]
    steps = len(numbers) * (settings.trials + 1)
    done = 0
    for trial in [None] + list(range(settings.trials)):
        if settings.enough(trial or 0):
            break
        for workers in numbers:
            forklore.progress(done, steps, f"{workers} {backend}")
            done += 1
            times = crew.Trial(settings, backend, trial, job, workers).run()
            if trial is not None:
                work_s, cpu_s = times["work_s"], times["cpu_s"]
                forklore.observe("work", forklore.seconds(work_s), workers=workers)
                forklore.observe("cpu", forklore.seconds(cpu_s), workers=workers)


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
