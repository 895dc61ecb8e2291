"""What is handed to pools: told at once where calls are rare, in sums where they are many."""

import itertools
from _thread import RLock

from .begin import ME
from .pipe import now, tell
from .wrap import place_in_program

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
        self.lock = RLock()
        # How long, and how many, tasks were open: submitted and without a result.
        self.open_since = self.open_ns = self.most_open = 0
        # How often the program waited for the only open task, and how many it waited for in vain.
        self.waited_singly = self.given_up = 0
        self.unseen = UnseenErrors(self)
        self.tell()
        ME.at_end.append(self.last_word)

    def tell(self):
        known = (self.tasks, self.finished, self.given_up)
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
            open_ns=self.open_ns if self.most_open else None,
            most_open=self.most_open,
            waited_singly=self.waited_singly,
            given_up=self.given_up,
        )

    def add(self, tasks):
        with self.lock:
            if self.tasks == self.finished:
                self.open_since = now()
            self.tasks += tasks
            self.most_open = max(self.most_open, self.tasks - self.finished)
        if now() - self.told_at > EVERY_NS:
            self.tell()

    def result_came(self, result, tasks=1):
        """Tasks of many have their result. The program may have it before the pool has said so."""
        with self.lock:
            if not hasattr(result, "_forklore_came"):
                result._forklore_came = True
                self.finish(tasks)

    def finish(self, tasks):
        self.finished += tasks
        self.done_at = now()
        if self.finished == self.tasks:
            self.open_ns += self.done_at - self.open_since

    def done(self, at=None):
        """All results are there, since that moment."""
        if self.is_done:
            return
        self.is_done = True
        self.finished = self.tasks
        self.tell()
        tell("pool_done", at=at, call=self.number)

    def waits(self):
        """The program waits for one of these results."""
        if self.tasks is not None and self.tasks - self.finished == 1:
            self.waited_singly += 1

    def last_word(self):
        self.tell()
        self.unseen.tell()
        if self.tasks and self.finished == self.tasks:
            self.done(self.done_at)


class UnseenErrors:
    """The tasks of a call that failed, as long as the program asked for none of their results."""

    def __init__(self, call):
        self.call = call
        self.failed = self.told = 0
        self.error = self.message = None
        # Whether one of several results of an iterator was taken, or one error was raised in the program: then it saw
        # what it wanted to see.
        self.is_read = False

    def add(self, error):
        if self.error is None:
            self.error, self.message = type(error).__name__, str(error)
        self.failed += 1

    def tell(self):
        failed = 0 if self.is_read else self.failed
        if failed == self.told:
            return
        self.told = failed
        tell(
            "error_unseen",
            call=self.call.number,
            method=self.call.method,
            failed=failed,
            tasks=self.call.tasks,
            error=self.error,
            message=self.message,
        )


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
        place=place_in_program(),
    )


def tell_closed(pool, terminated=False, by_block=False):
    tell(
        "pool_closed",
        pool=pool._forklore_pool,
        terminated=terminated,
        by_block=by_block,
    )
