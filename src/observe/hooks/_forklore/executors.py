"""Hooks `concurrent.futures`: executors, what is submitted, what their workers do."""

import sys
from functools import partial

from . import counting, syncs
from .begin import ME
from .calls import call_of, tell_closed, tell_pool
from .pipe import now, tell
from .processes import waited, waiting
from .starting import tell_failure
from .threads import PATIENCE_S
from .wrap import caller_is_internal, is_ours, like, safe, wrap

# The identity of the last result that the program took.
LAST_RESULT = [None]


def hook_base(module):
    wrap(module.Future, "exception", before=lambda args, kwargs: asked(args[0]))
    hook_result(module)


def hook_result(module):
    """`result` without a time limit: told once it has lasted."""
    usual = module.Future.result
    undecided = (module.PENDING, module.RUNNING)
    tells, told, ask = safe(waiting), safe(waited), safe(asked)
    came, raised = safe(result_came), safe(error_came)

    def begin_to_wait(future):
        with future._condition:
            if future._state in undecided:
                future._condition.wait(PATIENCE_S)
            return future._state in undecided

    def result(self, timeout=None):
        wait = None
        ask(self)
        if timeout is None and self._state in undecided and begin_to_wait(self):
            wait = tells("Future.result", None)
        try:
            answer = usual(self, timeout)
        except BaseException as error:
            told(wait)
            raised(self)
            error.__traceback__ = error.__traceback__.tb_next
            raise
        told(wait)
        came(self)
        LAST_RESULT[0] = None if answer is None else id(answer)
        return answer

    module.Future.result = like(result, usual)


def hook_processes(module):
    hook_executor(module.ProcessPoolExecutor)
    chunks = getattr(module, "_process_chunk", None)

    def size_of(item):
        fn = item.fn
        if isinstance(fn, partial) and fn.func is chunks:
            return len(item.args[0])
        return 1

    def submitting(args, kwargs):
        executor, fn = args[0], args[1]
        if isinstance(fn, partial) and fn.func is chunks:
            return opened(call_of(executor, "map", executor._forklore_chunk), len(args[2]))
        return opened(call_of(executor, "submit"), 1, args)

    def mapping(args, kwargs):
        args[0]._forklore_chunk = kwargs.get("chunksize", 1)

    wrap(module.ProcessPoolExecutor, "submit", submitting, submitted, not_submitted)
    wrap(module.ProcessPoolExecutor, "map", before=mapping)
    module._process_worker = counting.counted(module._process_worker, size_of)
    manager = getattr(module, "_ExecutorManagerThread", None)
    if hasattr(manager, "terminate_broken"):
        wrap(manager, "terminate_broken", before=result_lost)
    if hasattr(module, "_SafeQueue"):
        wrap(module._SafeQueue, "_on_queue_feeder_error", before=task_failed)


def result_lost(args, kwargs):
    """The thread that receives results ends of one that it could not load: `cause` is the traceback."""
    cause = args[1] if len(args) > 1 else None
    lines = "".join(cause or ()).strip().splitlines()
    if lines:
        error, _, message = lines[-1].strip("' ").partition(": ")
        tell("failed", part="result", error=error, message=message)


def hook_threads(module):
    hook_executor(module.ThreadPoolExecutor)
    wrap(module.ThreadPoolExecutor, "submit", submitting_to_threads, submitted, not_submitted)


def submitting_to_threads(args, kwargs):
    frame = sys._getframe(2)
    while is_ours(frame):
        frame = frame.f_back
    by_map = frame.f_globals.get("__name__", "").startswith("concurrent.futures")
    return opened(call_of(args[0], "map" if by_map else "submit"), 1, args)


# ---- open tasks and their errors ----------------------------------------------------


def opened(call, tasks, args=()):
    if uses_last_result(args):
        # It had to wait for that result.
        call.waited_singly = max(call.waited_singly - 1, 0)
    call.add(tasks)
    return call, tasks


def uses_last_result(args):
    return any(id(one) == LAST_RESULT[0] for one in args[2:])


def submitted(note, future, args):
    call, tasks = note
    future._forklore_call = call
    future.add_done_callback(safe(lambda future: task_done(future, call, tasks)))


def not_submitted(note, error, args):
    call, tasks = note
    call.add(-tasks)


def result_came(future):
    """The program has the result of a task, or its error."""
    syncs.note_time()
    call = getattr(future, "_forklore_call", None)
    if call is not None and call.method == "submit" and future.done():
        call.result_came(future)


def error_came(future):
    """The program has met an error of one task, and may do without the others."""
    call = getattr(future, "_forklore_call", None)
    if call is not None and future.done():
        call.unseen.is_read = True
    result_came(future)


def task_done(future, call, tasks):
    call.result_came(future, tasks)
    error = None if future.cancelled() else future._exception
    if error is not None and not hasattr(future, "_forklore_asked"):
        future._forklore_unseen = True
        call.unseen.add(error)


def asked(future):
    """The program wants the result, or the error."""
    call = getattr(future, "_forklore_call", None)
    if call is None:
        return
    if call.method == "map":
        call.unseen.is_read = True
    future._forklore_asked = True
    if future.__dict__.pop("_forklore_unseen", False):
        call.unseen.failed -= 1
    if not future.done() and not caller_is_internal():
        call.waits()


def hook_executor(executor):
    wrap(executor, "__init__", lambda args, kwargs: now(), made)
    wrap(executor, "shutdown", before_shutdown, after_shutdown)


def made(began, result, args):
    tell_pool(args[0], args[0]._max_workers, began)


def before_shutdown(args, kwargs):
    if ME.exiting or caller_is_internal(3) or kwargs.get("wait") is False:
        return None
    return waiting("Executor.shutdown", None)


def after_shutdown(wait, result, args):
    waited(wait)
    tell_closed(args[0])
    for call in args[0]._forklore_calls.values():
        call.last_word()


def task_failed(args, kwargs):
    error = args[1]
    tell_failure(error, "task")
