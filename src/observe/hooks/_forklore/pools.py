"""Hooks `multiprocessing.pool`: pools, what they are given, what their workers do."""

import sys

from . import counting
from .begin import ME
from .calls import Call, call_of, tell_pool
from .pipe import now, tell
from .processes import waited, waiting
from .starting import tell_failure
from .threads import PATIENCE_S
from .wrap import caller_is_internal, is_ours, leave_no_frames, like, safe, wrap

# The calls that are under way, by the library's own number of the job.
JOBS = {}


def hook(module):
    wrap(module.Pool, "__init__", lambda args, kwargs: now(), made)
    wrap(module.Pool, "join", before_join, lambda wait, result, args: waited(wait))
    wrap(module.Pool, "_setup_queues", after=tasks_are_sent)
    wrap(module.ApplyResult, "__init__", after=applied)
    wrap(module.MapResult, "__init__", after=mapped)
    wrap(module.IMapIterator, "__init__", after=iterated)
    hook_wait(module.ApplyResult)
    if hasattr(module, "_PoolCache"):
        wrap(module._PoolCache, "__delitem__", after=job_done)
    batches = {module.mapstar, module.starmapstar}

    def size_of(task):
        return len(task[3][0][1]) if task[2] in batches else 1

    module.worker = counting.counted(module.worker, size_of)


def made(began, result, args):
    tell_pool(args[0], args[0]._processes, began)


def caller():
    """The pool's method that the program called."""
    frame, name = sys._getframe(2), None
    while frame is not None:
        inside = is_ours(frame) or frame.f_globals.get("__name__") == "multiprocessing.pool"
        if not inside:
            break
        if not is_ours(frame):
            name, first = frame.f_code.co_name, frame.f_locals
        frame = frame.f_back
    return name, first


def applied(note, result, args):
    """Many of them: summed up for each pool."""
    made_result, pool = args[0], args[1]
    if type(made_result).__name__ != "ApplyResult":
        return
    frame = sys._getframe(3)
    method = frame.f_code.co_name
    if frame.f_back is not None and frame.f_back.f_code.co_name == "apply":
        method = "apply"
    call = call_of(pool, method)
    call.add(1)
    JOBS[made_result._job] = call


def mapped(note, result, args):
    made_result, pool, chunk, length = args[0], args[1], args[2], args[3]
    call = Call(pool._forklore_pool, caller()[0], length, chunk)
    if length:
        JOBS[made_result._job] = call


def iterated(note, result, args):
    made_result, pool = args[0], args[1]
    method, variables = caller()
    call = Call(pool._forklore_pool, method, None, variables.get("chunksize"))
    JOBS[made_result._job] = call


def job_done(note, result, args):
    call = JOBS.pop(args[1], None)
    if call is None:
        return
    if call.method.startswith("apply"):
        call.one_done()
        return
    call.done()


def hook_wait(result):
    """`get` and `wait` without a time limit: told once they have lasted."""
    usual = result.wait
    tells, told = safe(waiting), safe(waited)

    def wait(self, timeout=None):
        if timeout is not None or self._event.wait(PATIENCE_S):
            return usual(self, timeout)
        wait = tells("result.get", None)
        answer = usual(self, timeout)
        told(wait)
        return answer

    result.wait = like(leave_no_frames(wait), usual)


def before_join(args, kwargs):
    if ME.exiting or caller_is_internal(3):
        return None
    return waiting("Pool.join", None)


def tasks_are_sent(note, result, args):
    """The thread that sends tasks meets what can't be pickled; the program meets it later."""
    pool = args[0]
    usual = pool._quick_put
    if not hasattr(pool, "_inqueue") or not hasattr(pool._inqueue, "_writer"):
        return
    tells = safe(task_failed)

    def quick_put(task):
        try:
            usual(task)
        except Exception as error:
            tells(error)
            error.__traceback__ = error.__traceback__.tb_next
            raise

    pool._quick_put = quick_put


def task_failed(error):
    tell_failure(error, "task")
