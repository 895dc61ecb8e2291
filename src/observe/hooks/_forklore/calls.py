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
        self.is_done = False
        self.finished = 0
        self.tell()
        ME.at_end.append(self.last_word)

    def tell(self):
        known = (self.tasks, self.finished)
        if self.told == known:
            return
        self.told, self.told_at = known, now()
        tell(
            "pool_call",
            pool=self.pool,
            call=self.number,
            method=self.method,
            tasks=self.tasks,
            chunk=self.chunk,
            finished=self.finished,
        )

    def add(self, tasks):
        self.tasks += tasks
        if now() - self.told_at > EVERY_NS:
            self.tell()

    def one_done(self):
        """One of many singly given tasks has its result."""
        self.finished += 1
        self.done_at = now()

    def done(self, at=None):
        """All results are there, since that moment."""
        if self.is_done:
            return
        self.is_done = True
        self.finished = self.tasks
        self.tell()
        tell("pool_done", at=at, call=self.number)

    def last_word(self):
        self.tell()
        if self.tasks and self.finished == self.tasks:
            self.done(self.done_at)


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


def tell_pool(pool, workers, began):
    """A pool or an executor was made; it was begun then."""
    tell(
        "pool_created",
        pool=number_pool(pool),
        kind=type(pool).__name__,
        workers=workers,
        took_ns=now() - began,
    )
