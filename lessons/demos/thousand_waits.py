"""thousand-waits: many waits at the same time, and a call that blocks an event loop.

By an event loop (asyncio), by a pool of threads, by a thread for each wait, and by a
process for each of a few. Memory is read in a round of its own, while all wait: the
timed rounds read none.
"""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import forklore
import usage
from forklore import WorkerFailed
from usage import now

WAITS = 1000
# The most; the part in Rust has the same limit.
MOST_WAITS = 10_000
WAIT_S = 0.1
POOL_THREADS = 100
# The number of processes, with one wait each.
PROCESSES = 10
# The ticks of a loop beside a call that blocks.
TICK_S = 0.01
TICKS_UNTIL_S = 0.2
BLOCKED_S = 0.1
CALLS = ("none", "in the loop", "in a thread")


def main():
    settings = forklore.begin(trials=3, size=WAITS, workers=POOL_THREADS)
    if not 1 <= settings.size <= MOST_WAITS:
        raise ValueError(f"thousand-waits takes 1 to {MOST_WAITS} waits")
    settings.resolved()
    # The way that takes the least memory is first: it finds none left by another.
    ways = {
        "event loop": EventLoop,
        "pool of threads": ThreadPool,
        "a thread each": Threads,
        "a process each": Processes,
    }
    for way in list(ways):
        attempt(ways, way, lambda: hold_waits(settings, way, ways[way](settings)))
    for trial in range(settings.trials):
        forklore.progress(trial, settings.trials, f"trial {trial + 1}")
        for way in list(ways):
            attempt(ways, way, lambda: time_waits(way, ways[way](settings)))
        for call in CALLS:
            delay = forklore.seconds(asyncio.run(longest_delay(call)))
            forklore.observe("tick_delay", delay, call=call)
    forklore.progress(settings.trials, settings.trials, "done")


def attempt(ways, way, act):
    """A way that the system refuses (too many threads) is left out, with the reason."""
    try:
        act()
    except (OSError, RuntimeError) as error:
        del ways[way]
        forklore.observe("took", forklore.missing(str(error)), way=way)


def hold_waits(settings, way, waiter):
    held = waiter.hold()
    private = held.gained
    if private is not None:
        private = private // held.waiting
    for name, value in [
        ("waits", forklore.count(waiter.waits)),
        ("waiting", forklore.count(held.waiting)),
        ("threads", forklore.count(held.threads)),
        ("memory_per_wait", forklore.size_in_bytes(private)),
    ]:
        forklore.observe(name, value, way=way)


def time_waits(way, waiter):
    """One timed round: from the first start until all waits are over."""
    cpu_before = time.process_time()
    began = now()
    children_cpu = waiter.wait_for_all()
    took = now() - began
    used = time.process_time() - cpu_before + (children_cpu or 0)
    forklore.observe("took", forklore.seconds(took), way=way)
    forklore.observe("cpu_time", forklore.seconds(used), way=way)


# ---- all at the same moment -------------------------------------------------------


class Held:
    """Holds threads until all expected ones wait; then reads the memory, lets them go."""

    def __init__(self, expected):
        self.expected = expected
        self.before = usage.own_memory().get("private")
        self.lock = threading.Lock()
        self.opened = threading.Event()
        self.idents = set()
        self.waiting = 0
        self.threads = 0
        self.gained = None

    def wait(self):
        with self.lock:
            if not self.opened.is_set():
                self.waiting += 1
                self.idents.add(threading.get_ident())
                if self.waiting == self.expected:
                    self.read(self.waiting, len(self.idents))
                    self.opened.set()
        # It is opened by the last one, or when a thread cannot be started.
        self.opened.wait()

    def read(self, waiting, threads):
        self.waiting, self.threads = waiting, threads
        after = usage.own_memory().get("private")
        if self.before is not None and after is not None:
            self.gained = max(0, after - self.before)


# ---- the ways ---------------------------------------------------------------------


class EventLoop:
    """One thread; each wait is a task of an event loop."""

    def __init__(self, settings):
        self.waits = settings.size

    def wait_for_all(self):
        asyncio.run(self.gather())

    async def gather(self):
        await asyncio.gather(*(asyncio.sleep(WAIT_S) for _ in range(self.waits)))

    def hold(self):
        return asyncio.run(self.hold_tasks())

    async def hold_tasks(self):
        gate = asyncio.Event()
        held = Held(self.waits)
        tasks = [asyncio.ensure_future(gate.wait()) for _ in range(self.waits)]
        await asyncio.sleep(0)  # each task begins to wait
        held.read(len(tasks), 1)
        gate.set()
        await asyncio.gather(*tasks)
        return held


class Threads:
    """A thread for each wait."""

    def __init__(self, settings):
        self.waits = settings.size

    def wait_for_all(self):
        self.run(lambda: time.sleep(WAIT_S), lambda: None)

    def hold(self):
        held = Held(self.waits)
        self.run(held.wait, held.opened.set)
        return held

    def run(self, wait, give_up):
        threads = []
        try:
            for _ in range(self.waits):
                thread = threading.Thread(target=wait)
                thread.start()
                threads.append(thread)
        except RuntimeError:
            give_up()
            raise
        finally:
            for thread in threads:
                thread.join()


class ThreadPool:
    """A few threads; each takes the next wait when it is done with one."""

    def __init__(self, settings):
        self.waits = settings.size
        self.workers = min(settings.workers, settings.size)

    def wait_for_all(self):
        self.run(lambda: time.sleep(WAIT_S), lambda: None)

    def hold(self):
        held = Held(self.workers)
        self.run(held.wait, held.opened.set)
        return held

    def run(self, wait, give_up):
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                futures = [pool.submit(wait) for _ in range(self.waits)]
            except RuntimeError:
                give_up()
                raise
            for future in futures:
                future.result()


class Processes:
    """A process for each of a few waits."""

    def __init__(self, settings):
        self.settings = settings
        self.waits = min(PROCESSES, settings.size)

    def wait_for_all(self):
        return sum(cpu for _, cpu in self.run())

    def hold(self):
        readings = [private for private, _ in self.run()]
        held = Held(self.waits)
        held.read(self.waits, len(readings))
        held.gained = None if None in readings else sum(readings)
        return held

    def run(self):
        calls = [()] * self.waits
        try:
            _, readings = forklore.run_children(self.settings, wait_in_child, calls)
        except WorkerFailed as error:
            raise OSError(str(error))
        return readings


def wait_in_child(parent):
    forklore.at_gate(parent)
    time.sleep(WAIT_S)
    parent.send((usage.own_memory().get("private"), time.process_time()))


# ---- a call that blocks the loop --------------------------------------------------


async def longest_delay(call):
    """How late the latest tick of a loop was, beside a call that blocks."""
    ticks = asyncio.ensure_future(latest_tick())
    await asyncio.sleep(2 * TICK_S)
    if call == "in the loop":
        time.sleep(BLOCKED_S)
    elif call == "in a thread":
        # `asyncio.to_thread` does the same, from Python 3.9 on.
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, time.sleep, BLOCKED_S)
    return await ticks


async def latest_tick():
    began = now()
    latest = 0.0
    while now() - began < TICKS_UNTIL_S:
        due = now() + TICK_S
        await asyncio.sleep(TICK_S)
        latest = max(latest, now() - due)
    return latest


if __name__ == "__main__":
    main()
