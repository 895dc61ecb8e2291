"""cluster: the same map on a Pool, on a ProcessPoolExecutor, and on Dask.

Dask (the package `distributed`) sends tasks over the network. Here its workers are
processes of this machine, which it reaches over the loopback interface; with a
`scheduler` in the settings they are wherever those of that scheduler are.
"""

import concurrent.futures
import logging
import multiprocessing
import os
import tempfile
import threading

import cluster_tasks
import forklore
from forklore import PATIENCE, Members, process_started
from usage import now

# Tasks so small that sending them is what takes the time.
TINY_TASKS = 200
# The most: all results are kept at the same time.
MOST_TASKS = 1_000_000
# Tasks that take far longer than sending them.
WAITS = 16
WAIT_S = 0.05
# A block that each of these tasks reads.
BLOCK_BYTES = 1 << 20
BLOCK_TASKS = 8
# Tasks of which one ends its worker.
DOOMED = 3
DOOMED_TASKS = 8
# A Pool that has not answered after this time counts as one that never does.
POOL_PATIENCE = 1.5


def main():
    settings = forklore.begin(workers=2, trials=3, size=TINY_TASKS)
    if not 1 <= settings.size <= MOST_TASKS:
        raise ValueError(f"cluster takes 1 to {MOST_TASKS} tasks, not {settings.size}")
    settings.resolved()
    engines = [PoolEngine, ExecutorEngine, DaskEngine]
    if settings.scheduler:
        engines = [DaskEngine]
    for done, make in enumerate(engines):
        forklore.progress(done, len(engines), make.name)
        try:
            measure(settings, make)
        except ImportError as error:
            if error.name not in ("distributed", "dask"):
                raise
            forklore.note("Dask cannot be shown here: pip install distributed")
    forklore.progress(len(engines), len(engines), "done")


def measure(settings, make):
    """Starts an engine, and measures all that there is to see of it."""
    # Removed once no worker is left that may write into it.
    with tempfile.TemporaryDirectory() as folder:
        began = now()
        engine = make(settings)
        try:
            engine.map(cluster_tasks.square, range(settings.workers))
            observe(make, "startup", forklore.seconds(now() - began))
            for host, count in engine.hosts().items():
                observe(make, "host_workers", forklore.count(count), host=host)
            time_maps(settings, engine)
            count_moved(engine)
            if not settings.scheduler:
                lose_worker(engine, folder)
        finally:
            engine.close()


def observe(engine, name, value, **labels):
    backend = "python-processes"
    forklore.observe(name, value, backend=backend, engine=engine.name, **labels)


def time_maps(settings, engine):
    """Times many small tasks, and a few long ones."""
    tiny = range(settings.size)
    for trial in range(settings.trials):
        if settings.enough(trial):
            break
        began = now()
        engine.map(cluster_tasks.square, tiny)
        took = now() - began
        observe(engine, "tasks_per_second", forklore.rate(len(tiny) / took))
        began = now()
        engine.map(cluster_tasks.wait_and_square, range(WAITS), WAIT_S)
        observe(engine, "waits", forklore.seconds(now() - began))


def count_moved(engine):
    """Counts how often a block that eight tasks read arrives in a worker."""
    block = cluster_tasks.Block(bytes(BLOCK_BYTES))
    seen = {}
    answers = engine.map_with_block(cluster_tasks.use_block, range(BLOCK_TASKS), block)
    for pid, arrivals, size in answers:
        assert size == BLOCK_BYTES
        seen[pid] = max(arrivals, seen.get(pid, 0))
    moved = sum(seen.values()) * BLOCK_BYTES
    observe(engine, "moved", forklore.size_in_bytes(moved))


def lose_worker(engine, folder):
    """Lets a worker be killed in a task, and tells what becomes of the map."""
    outcome = engine.outcome_of_death(folder)
    runs = os.path.getsize(os.path.join(folder, f"runs-{DOOMED}"))
    observe(engine, "outcome", forklore.text(outcome))
    observe(engine, "lost_runs", forklore.count(runs))


# ---- engines ----------------------------------------------------------------------


class PoolEngine:
    """multiprocessing.Pool."""

    name = "pool"

    def __init__(self, settings):
        self.patience = settings.patience
        self.members = Members(settings.workers)
        self.pool = self.members.pool

    def map(self, task, numbers, *more):
        calls = [(number, *more) for number in numbers]
        receipt = self.pool.starmap_async(task, calls, chunksize=1)
        return forklore.answer_of(receipt, self.patience)

    def map_with_block(self, task, numbers, block):
        return self.map(task, numbers, block)

    def hosts(self):
        return {"this machine": len(self.members.processes)}

    def outcome_of_death(self, folder):
        calls = [(number, DOOMED, folder) for number in range(DOOMED_TASKS)]
        receipt = self.pool.starmap_async(cluster_tasks.die_once, calls, chunksize=1)
        try:
            receipt.get(POOL_PATIENCE)
        except multiprocessing.TimeoutError:
            return f"no answer in {POOL_PATIENCE:g} s"
        return "all results"

    def close(self):
        self.members.terminate()


class ExecutorEngine:
    """concurrent.futures.ProcessPoolExecutor."""

    name = "executor"

    def __init__(self, settings):
        self.patience = settings.patience
        self.others = multiprocessing.active_children()
        self.executor = concurrent.futures.ProcessPoolExecutor(
            settings.workers,
            mp_context=multiprocessing.get_context(),
            initializer=forklore.stay_with_parent,
        )
        self.processes = []

    def map(self, task, numbers, *more):
        futures = [self.executor.submit(task, number, *more) for number in numbers]
        answers = [future.result(self.patience) for future in futures]
        if not self.processes:
            children = multiprocessing.active_children()
            self.processes = [one for one in children if one not in self.others]
            for process in self.processes:
                process_started(process)
        return answers

    def map_with_block(self, task, numbers, block):
        return self.map(task, numbers, block)

    def hosts(self):
        return {"this machine": len(self.processes)}

    def outcome_of_death(self, folder):
        try:
            numbers = range(DOOMED_TASKS)
            self.map(cluster_tasks.die_once, numbers, DOOMED, folder)
        except concurrent.futures.BrokenExecutor as error:
            return type(error).__name__
        return "all results"

    def close(self):
        # In a thread, since it waits for all that the executor has, without a limit.
        closing = threading.Thread(target=self.executor.shutdown, daemon=True)
        closing.start()
        closing.join(PATIENCE)
        for process in self.processes:
            if process.is_alive():
                process.kill()


class DaskEngine:
    """Dask: a scheduler that sends tasks to workers over the network."""

    name = "dask"

    def __init__(self, settings):
        self.patience = settings.patience
        self.folder = tempfile.TemporaryDirectory()
        # Dask writes its default configuration; not into the home folder. Nor does it
        # leave a folder among the temporary files.
        os.environ["DASK_CONFIG"] = os.path.join(self.folder.name, "config")
        os.environ["DASK_TEMPORARY_DIRECTORY"] = self.folder.name
        import distributed

        self.cluster = None
        try:
            if not settings.scheduler:
                self.cluster = start_cluster(distributed, settings, self.folder.name)
            target = settings.scheduler or self.cluster
            self.client = distributed.Client(target, timeout=self.patience)
        except BaseException:
            self.close_cluster()
            raise
        if settings.scheduler:
            self.client.upload_file(cluster_tasks.__file__)
        self.client.wait_for_workers(1, timeout=self.patience)
        if self.cluster is not None:
            for address, pid in sorted(self.client.run(os.getpid).items()):
                name = f"Dask {address.rpartition(':')[2]}"
                forklore.worker_started(name, "process", pid, None)

    def map(self, task, numbers, *more):
        submit = self.client.submit
        tasks = [submit(task, number, *more, pure=False) for number in numbers]
        return self.client.gather(tasks)

    def map_with_block(self, task, numbers, block):
        # The block goes to one worker, which passes it on to others that need it.
        return self.map(task, numbers, self.client.scatter(block, hash=False))

    def hosts(self):
        hosts = {}
        for address in self.client.nthreads():
            host = address.rpartition("://")[2].rpartition(":")[0]
            hosts[host] = hosts.get(host, 0) + 1
        return hosts

    def outcome_of_death(self, folder):
        try:
            numbers = range(DOOMED_TASKS)
            self.map(cluster_tasks.die_once, numbers, DOOMED, folder)
        except Exception as error:
            return type(error).__name__
        return "all results"

    def close(self):
        self.client.close(timeout=PATIENCE)
        self.close_cluster()

    def close_cluster(self):
        if self.cluster is not None:
            self.cluster.close(timeout=PATIENCE)
        self.folder.cleanup()


def start_cluster(distributed, settings, folder):
    """A scheduler and workers on this machine, without a web page."""
    return distributed.LocalCluster(
        n_workers=settings.workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        local_directory=folder,
        silence_logs=logging.CRITICAL,
    )


if __name__ == "__main__":
    main()
