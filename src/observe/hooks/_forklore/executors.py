"""Hooks `concurrent.futures`: executors, what is submitted, what their workers do."""

from functools import partial

from . import counting
from .begin import ME
from .calls import call_of, tell_pool
from .pipe import now, tell
from .processes import waited, waiting
from .starting import tell_failure
from .threads import PATIENCE_S
from .wrap import caller_is_internal, like, safe, wrap

LAST_RESULT = [0]


def hook_base(module):
    wrap(module.Future, "set_result", after=result_came)
    hook_result(module)


def result_came(note, result, args):
    LAST_RESULT[0] = now()


def hook_result(module):
    """`result` without a time limit: told once it has lasted."""
    usual = module.Future.result
    undecided = (module.PENDING, module.RUNNING)
    tells, told = safe(waiting), safe(waited)

    def begin_to_wait(future):
        with future._condition:
            if future._state in undecided:
                future._condition.wait(PATIENCE_S)
            return future._state in undecided

    def result(self, timeout=None):
        wait = None
        if timeout is None and self._state in undecided and begin_to_wait(self):
            wait = tells("Future.result", None)
        try:
            answer = usual(self, timeout)
        except BaseException as error:
            told(wait)
            error.__traceback__ = error.__traceback__.tb_next
            raise
        told(wait)
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

    def submitted(note, result, args):
        executor, fn = args[0], args[1]
        if isinstance(fn, partial) and fn.func is chunks:
            call_of(executor, "map", executor._forklore_chunk).add(len(args[2]))
        else:
            call_of(executor, "submit").add(1)

    def mapping(args, kwargs):
        args[0]._forklore_chunk = kwargs.get("chunksize", 1)

    wrap(module.ProcessPoolExecutor, "submit", after=submitted)
    wrap(module.ProcessPoolExecutor, "map", before=mapping)
    module._process_worker = counting.counted(module._process_worker, size_of)
    if hasattr(module, "_SafeQueue"):
        wrap(module._SafeQueue, "_on_queue_feeder_error", before=task_failed)


def hook_threads(module):
    hook_executor(module.ThreadPoolExecutor)
    wrap(module.ThreadPoolExecutor, "submit", after=submitted_to_threads)


def submitted_to_threads(note, result, args):
    call_of(args[0], "submit").add(1)


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
    for call in args[0]._forklore_calls.values():
        call.done(LAST_RESULT[0] or None)


def task_failed(args, kwargs):
    error = args[1]
    tell_failure(error, "task")
