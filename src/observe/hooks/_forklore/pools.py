"""Hooks `multiprocessing.pool`: pools, what they are given, what their workers do."""

import sys

from . import counting, syncs
from .begin import ME
from .calls import Call, call_of, tell_closed, tell_pool
from .errors import tell_error
from .pipe import now, tell
from .processes import waited, waiting
from .starting import tell_failure
from .threads import PATIENCE_S
from .wrap import caller_is_internal, is_ours, leave_no_frames, like, safe, wrap

# The calls that are under way, by the library's own number of the job.
JOBS = {}
# The identity of the last result that the program took.
TAKEN = [None]


def hook(module):
    wrap(module.Pool, "__init__", lambda args, kwargs: now(), made)
    wrap(module.Pool, "join", before_join, lambda wait, result, args: waited(wait))
    wrap(module.Pool, "_setup_queues", after=tasks_are_sent)
    wrap(module.ApplyResult, "__init__", after=applied)
    wrap(module.MapResult, "__init__", after=mapped)
    wrap(module.IMapIterator, "__init__", after=iterated)
    hook_wait(module.ApplyResult)
    hook_errors(module)
    wrap(module.Pool, "close", after=lambda note, result, args: tell_closed(args[0]))
    wrap(module.Pool, "terminate", before=terminated)
    if hasattr(module, "_PoolCache"):
        wrap(module._PoolCache, "__delitem__", job_gone, job_done)
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
    if any(id(one) == TAKEN[0] for one in frame.f_locals.get("args") or ()):
        # It had to wait for that result.
        call.waited_singly = max(call.waited_singly - 1, 0)
    call.add(1)
    JOBS[made_result._job] = made_result._forklore_call = call


def mapped(note, result, args):
    made_result, pool, chunk, length = args[0], args[1], args[2], args[3]
    call = Call(pool._forklore_pool, caller()[0], length, chunk)
    made_result._forklore_call = call
    if length:
        JOBS[made_result._job] = call


def iterated(note, result, args):
    made_result, pool = args[0], args[1]
    method, variables = caller()
    call = Call(pool._forklore_pool, method, None, variables.get("chunksize"))
    JOBS[made_result._job] = made_result._forklore_call = call


def job_gone(args, kwargs):
    return args[0].get(args[1])


def job_done(made_result, result, args):
    call = JOBS.pop(args[1], None)
    if call is None:
        return
    if made_result is not None and made_result.__dict__.pop("_forklore_given_up", False):
        call.given_up -= size_of_result(made_result)
    if call.method.startswith("apply"):
        call.result_came(made_result)
        return
    call.done()


def hook_wait(result):
    """`get` and `wait` without a time limit: told once they have lasted."""
    usual = result.wait
    tells, told = safe(waiting), safe(waited)

    gives_up = safe(given_up)

    def wait(self, timeout=None):
        gives_up(self)
        if timeout is not None or self._event.wait(PATIENCE_S):
            return usual(self, timeout)
        wait = tells("result.get", None)
        answer = usual(self, timeout)
        told(wait)
        return answer

    result.wait = like(leave_no_frames(wait), usual)


def size_of_result(result):
    return getattr(result, "_length", 1)


def given_up(result):
    """The program takes care of a result that is not there: unless it comes, it was given up."""
    if result._event.is_set() or hasattr(result, "_forklore_given_up"):
        return
    result._forklore_given_up = True
    result._forklore_call.given_up += size_of_result(result)


def terminated(args, kwargs):
    tell_closed(args[0], terminated=True, by_block=caller_is_internal(3))


# ---- errors of tasks, as long as the program does not see them ----------------------


def hook_errors(module):
    wrap(module.ApplyResult, "get", asked, taken, not_taken)
    wrap(module.ApplyResult, "successful", before=lambda args, kwargs: saw_error(args[0]))
    wrap(module.ApplyResult, "ready", before=polled)
    for kind in (module.ApplyResult, module.MapResult):
        wrap(kind, "_set", result_set, failed=callback_failed)
    for kind in (module.IMapIterator, module.IMapUnorderedIterator):
        wrap(kind, "_set", before=result_set)
    wrap(module.IMapIterator, "next", next_asked, lambda note, result, args: syncs.note_time())
    module.IMapIterator.__next__ = module.IMapIterator.next


def result_set(args, kwargs):
    result, _, (success, error) = args
    if success or hasattr(result, "_forklore_asked") or getattr(result, "_error_callback", None):
        return
    call = result._forklore_call
    if not hasattr(result, "_forklore_unseen"):
        result._forklore_unseen = True
        call.unseen.add(error)


def callback_failed(note, error, args):
    """The pool's own thread ends of it, or else drops the result: then it was a KeyError."""
    if isinstance(error, Exception):
        tell_error("callback", error)


def saw_error(result):
    result._forklore_asked = True
    if result.__dict__.pop("_forklore_unseen", False):
        result._forklore_call.unseen.failed -= 1


def polled(args, kwargs):
    if not caller_is_internal(3):
        given_up(args[0])


def asked(args, kwargs):
    result = args[0]
    saw_error(result)
    if result._event.is_set():
        return
    if not caller_is_internal(3):
        result._forklore_call.waits()
    if len(args) == 1 and kwargs.get("timeout") is None:
        tell_late(result)


def taken(note, result, args):
    TAKEN[0] = None if result is None else id(result)
    syncs.note_time()
    result_came(args[0])


def not_taken(note, error, args):
    """It may be there nevertheless: an error of the task."""
    if args[0]._event.is_set():
        args[0]._forklore_call.unseen.is_read = True
    result_came(args[0])


def result_came(result):
    call = result._forklore_call
    if result._event.is_set() and call.method.startswith("apply"):
        call.result_came(result)


def next_asked(args, kwargs):
    iterator = args[0]
    iterator._forklore_call.unseen.is_read = True
    if not iterator._items and iterator._index != iterator._length:
        tell_late(iterator)


def tell_late(result):
    """The pool that should bring this result was terminated."""
    if result._pool is not None and result._pool._state == "TERMINATE":
        tell("asked_too_late", method=result._forklore_call.method)


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
