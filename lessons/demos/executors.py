"""futures: the same tasks through ThreadPoolExecutor, ProcessPoolExecutor, and more.

All of them have one interface: `submit` returns a future at once, `map` gives results
in the order of the tasks, `as_completed` in the order in which they are done.
InterpreterPoolExecutor came with Python 3.14.
"""

import multiprocessing
import os
import sys
from concurrent import futures

import crew
import forklore
import future_tasks
from usage import now

# The waits that show the order of results: a slow one first.
WAITS_S = [0.15, 0.01, 0.01]
# The wait that each worker does first, so that all are there when the work begins.
WARM_UP_S = 0.01
# After this many rounds of these waits, a worker that has done none is not waited for.
MOST_WARM_UPS = 500
# No task takes this long.
LONGEST_S = 30

KINDS = {
    crew.THREADS: ("thread", "Thread"),
    crew.PROCESSES: ("process", "Process"),
    crew.INTERPRETERS: ("interpreter", "Interpreter"),
}


def main():
    settings = forklore.begin(
        trials=3, workload="primes", backends=crew.ALL, budget_s=8.0
    )
    if settings.workers is None:
        settings.workers = max(2, settings.cores)
    job = crew.sized_job(settings, None, trials=4 * len(crew.ALL))
    settings.resolved()
    if crew.INTERPRETERS in settings.backends and sys.version_info < (3, 14):
        settings.backends.remove(crew.INTERPRETERS)
        why = "InterpreterPoolExecutor came with Python 3.14"
        forklore.skip(crew.INTERPRETERS, why)

    def one(backend, trial):
        if backend == crew.SERIAL:
            return crew.Trial(settings, backend, trial, job, settings.workers).run()
        return ExecutorTrial(settings, backend, trial, job).run()

    crew.in_turns(settings, settings.backends, one)


def make_executor(settings, backend):
    if backend == crew.PROCESSES:
        return futures.ProcessPoolExecutor(
            settings.workers,
            mp_context=settings.mp.get_context(settings.start_method),
            initializer=forklore.stay_with_parent,
        )
    if backend == crew.INTERPRETERS:
        # An interpreter begins with a search path of its own.
        folder = os.path.dirname(os.path.abspath(__file__))
        found = f"import sys; sys.path.insert(0, {folder!r})"
        return futures.InterpreterPoolExecutor(
            settings.workers, initializer=exec, initargs=(found,)
        )
    return futures.ThreadPoolExecutor(settings.workers)


class ExecutorTrial:
    """One trial of an executor."""

    def __init__(self, settings, backend, trial, job):
        self.settings = settings
        self.backend = backend
        self.trial = trial
        self.job = job

    def run(self):
        began = now()
        with make_executor(self.settings, self.backend) as executor:
            executor.submit(future_tasks.wait, 0).result(LONGEST_S)
            first_result = now() - began
            workers = self.settings.workers
            await_workers(executor, workers)
            startup = now() - began

            opened = now()
            results = self.compute(executor, workers)
            work = now() - opened

            used, workers = self.tell_workers(results, startup)
            children = {one.pid: one for one in multiprocessing.active_children()}
            if self.trial is not None:
                self.observe("first_result", forklore.seconds(first_result))
                self.observe_map(executor)
                self.observe_as_completed(executor)
        for worker, pid in workers:
            code = children[pid].exitcode if pid in children else None
            forklore.worker_exited(worker, code)
        self.tell_checksum(results)
        return {
            "startup_s": startup,
            "work_s": work,
            "total_s": now() - began,
            "cpu_s": crew.sum_if_known(used, "cpu_s"),
            "run_queue_s": crew.sum_if_known(used, "run_queue_s"),
            "voluntary_switches": crew.sum_if_known(used, "voluntary_switches"),
        }

    def compute(self, executor, parts):
        job, patience = self.job, self.settings.patience
        submitted = [
            executor.submit(
                future_tasks.compute, job.workload, job.size, job.seed, part, parts
            )
            for part in range(parts)
        ]
        return [future.result(patience) for future in submitted]

    def observe(self, name, value, **labels):
        forklore.observe(name, value, backend=self.backend, **labels)

    def observe_map(self, executor):
        """The results in the order of the tasks."""
        began = now()
        order = []
        for number, _ in enumerate(executor.map(future_tasks.wait, WAITS_S), 1):
            if not order:
                first = forklore.seconds(now() - began)
                self.observe("first_after", first, call="map")
            order.append(number)
        self.observe("map_order", describe(order))

    def observe_as_completed(self, executor):
        """The results in the order in which they are done."""
        began = now()
        numbers = {
            executor.submit(future_tasks.wait, length): number
            for number, length in enumerate(WAITS_S, 1)
        }
        order = []
        for future in futures.as_completed(numbers, LONGEST_S):
            if not order:
                first = forklore.seconds(now() - began)
                self.observe("first_after", first, call="as_completed")
            order.append(numbers[future])
        self.observe("completed_order", describe(order))

    def tell_workers(self, results, startup):
        """Tells what each worker did, in all its tasks; returns that, and their numbers.

        Each was ready when all of them had done a task.
        """
        shares = {}
        for result in results:
            worker = (result["pid"], result["tid"] or result["thread"])
            shares.setdefault(worker, []).append(result["usage"])
        kind, name = KINDS[self.backend]
        used, workers = [], []
        for number, ((pid, tid), usages) in enumerate(sorted(shares.items()), 1):
            worker = forklore.worker_started(
                f"{name}-{number}", kind, pid, tid, self.backend, self.trial
            )
            forklore.worker_ready(worker, startup)
            used.append(add_up(usages))
            workers.append((worker, pid))
            forklore.work_finished(worker, used[-1])
        return used, workers

    def tell_checksum(self, results):
        checksum = sum(result["checksum"] for result in results)
        self.observe("checksum", forklore.text(f"{checksum % 2**64:016x}"))


def add_up(usages):
    """What a worker used in several tasks."""
    total = dict(usages[0])
    for figure in (
        "work_s cpu_s run_queue_s voluntary_switches involuntary_switches tasks"
    ).split():
        total[figure] = crew.sum_if_known(usages, figure)
    total["cores"] = sorted({core for usage in usages for core in usage["cores"]})
    return total


def await_workers(executor, workers):
    """Waits until each worker has done a task."""
    seen = set()
    for _ in range(MOST_WARM_UPS):
        seen.update(executor.map(future_tasks.wait, [WARM_UP_S] * workers))
        if len(seen) >= workers:
            break


def describe(order):
    return forklore.text(" ".join(str(number) for number in order))


if __name__ == "__main__":
    main()
