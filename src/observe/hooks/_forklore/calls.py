"""What is handed to pools: told at once where calls are rare, in sums where they are many."""

import itertools

from .begin import ME
from .pipe import now, tell

EVERY_NS = 20_000_000
NUMBERS, POOLS = itertools.count(), itertools.count()


class Call:
    """One call of `map`, or all calls of `submit` on one executor."""

    def __init__(self, pool, method, tasks=None, chunk=None):
        self.number = next(NUMBERS)
        self.pool, self.method, self.chunk = pool, method, chunk
        self.tasks = tasks
        self.told = None
        self.told_at = 0
        self.done_at = 0
        self.tell()
        ME.at_end.append(self.tell)

    def tell(self):
        if self.told == self.tasks and self.told_at:
            return
        self.told, self.told_at = self.tasks, now()
        tell(
            "pool_call",
            pool=self.pool,
            call=self.number,
            method=self.method,
            tasks=self.tasks,
            chunk=self.chunk,
        )

    def add(self, tasks):
        self.tasks += tasks
        if now() - self.told_at > EVERY_NS:
            self.tell()

    def done(self):
        self.tell()
        tell("pool_done", call=self.number, done_ns=self.done_at or now())


def number_pool(pool):
    pool._forklore_pool = next(POOLS)
    pool._forklore_calls = {}
    return pool._forklore_pool


def call_of(pool, method, chunk=None):
    """The one sum for this method of this pool."""
    calls = pool._forklore_calls
    key = (method, chunk)
    if key not in calls:
        calls[key] = Call(pool._forklore_pool, method, 0, chunk)
    return calls[key]
