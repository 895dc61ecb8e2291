"""Counts what a pool's worker does, at a cost far below that of the messages it lives on.

A worker may be terminated at any moment, so the figures stand in a small shared file all
the time, and whoever sees the worker's end tells the last of them. They are also told by
the worker itself, now and then and at its end.
"""

import os
import time

from .begin import ME
from .errors import FailedTasks, reported, tell_error
from .pipe import PATH, now, tell
from .wrap import leave_no_frames, like, safe

EVERY_NS = 20_000_000
# Processor time is read for each chunk that takes longer, and for a few of the others.
LONG_NS = 50_000
FEW = 15
TASKS, CHUNKS, BUSY, CPU, IN_HAND, WHEN, PLACES = 0, 1, 2, 3, 4, 5, 6


def file_of(pid):
    return os.path.join(os.path.dirname(PATH), "tasks.%d" % pid)


def shared_places(pid):
    """Some numbers that outlive this process; plain ones where that can't be had."""
    try:
        import mmap

        fd = os.open(file_of(pid), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(fd, 8 * PLACES)
            return memoryview(mmap.mmap(fd, 8 * PLACES)).cast("Q")
        finally:
            os.close(fd)
    except Exception:
        return [0] * PLACES


def tell_of(pid):
    """Tells, and forgets, what a worker that has ended left behind."""
    try:
        with open(file_of(pid), "rb", buffering=0) as file:
            places = memoryview(file.read(8 * PLACES)).cast("Q")
        os.unlink(file_of(pid))
    except (OSError, ValueError, TypeError):
        return
    tell_places(places, pid)


def tell_places(places, pid=None):
    tell(
        "tasks",
        pid,
        # What is told of another is dated to when that one still lived.
        places[WHEN] if pid is not None else None,
        tasks=places[TASKS],
        chunks=places[CHUNKS],
        busy_ns=places[BUSY],
        cpu_ns=places[CPU],
        in_hand=bool(places[IN_HAND]) and pid is not None,
    )


class Counter:
    """The two ends of a worker's day: `got` a chunk of tasks, `done` with it."""

    def __init__(self):
        self.places = shared_places(os.getpid())
        self.told_at = self.places[WHEN] = now()
        self.began = 0
        self.cpu_began = 0
        self.cpu_read = time.thread_time_ns()
        self.size = 0
        self.share = 1.0
        self.wall = LONG_NS

    def got(self, tasks):
        places = self.places
        places[IN_HAND] = 1
        self.size = tasks
        if self.wall >= LONG_NS or not places[CHUNKS] & FEW:
            self.cpu_began = self.cpu_read = time.thread_time_ns()
        self.began = places[WHEN] = now()

    def done(self):
        if not self.began:
            return
        ended = now()
        self.wall = wall = ended - self.began
        if self.cpu_began or wall >= LONG_NS:
            cpu = time.thread_time_ns()
            # Unread at its begin, a chunk that turned out long takes what was used since the last reading.
            self.cpu_read, cpu = cpu, min(cpu - (self.cpu_began or self.cpu_read), wall)
            self.share = cpu / wall if wall else 1.0
            self.cpu_began = 0
        else:
            cpu = int(wall * self.share)
        self.began = 0
        places = self.places
        places[TASKS] += self.size
        places[CHUNKS] += 1
        places[BUSY] += wall
        places[CPU] += cpu
        places[IN_HAND] = 0
        places[WHEN] = ended
        if ended - self.told_at > EVERY_NS:
            self.told_at = ended
            tell_places(places)

    def end(self):
        """The worker ends in order."""
        tell_places(self.places)


class End:
    """One end of a queue, with our method in place of one of its own."""

    def __init__(self, queue, name, method):
        self._queue = queue
        setattr(self, name, method)

    def __getattr__(self, name):
        return getattr(self._queue, name)


def ends_of(inbox, outbox, size_of):
    """Both queues of a worker, counting; and the counter."""
    counter = Counter()
    inner_get, inner_put = inbox.get, outbox.put
    got, done, look = counter.got, counter.done, safe(FailedTasks().look)

    def get(*args, **kwargs):
        try:
            task = inner_get(*args, **kwargs)
        except (EOFError, OSError):
            raise
        except Exception as error:
            # The worker ends of it: what the task names is not there.
            tell_error("loading", error)
            raise
        if task is not None:
            try:
                got(size_of(task))
            except Exception:
                pass
        return task

    def put(result):
        try:
            done()
            for each in list(ME.after_task):
                safe(each)()
        except Exception:
            pass
        look(result)
        try:
            return inner_put(result)
        except Exception as error:
            result_failed(error)
            raise

    return End(inbox, "get", get), End(outbox, "put", put), counter


def result_failed(error):
    try:
        tell(
            "pickle_failed",
            error=type(error).__name__,
            message=str(error),
            to="result",
        )
    except Exception:
        pass


def counted(original, size_of):
    """A worker's main function that counts."""

    def worker(inbox, outbox, *args, **kwargs):
        counter = None
        if args and callable(args[0]):
            args = (reported(args[0], "initializer"),) + args[1:]
        try:
            if hasattr(inbox, "_reader"):
                inbox, outbox, counter = ends_of(inbox, outbox, size_of)
        except Exception:
            pass
        try:
            return original(inbox, outbox, *args, **kwargs)
        finally:
            if counter is not None:
                counter.end()

    return like(leave_no_frames(worker), original)
