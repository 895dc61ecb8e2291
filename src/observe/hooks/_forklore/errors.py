"""Tells of exceptions that end a task, a thread, a process, or a part of a pool."""

import sys

from .pipe import tell
from .wrap import is_ours, leave_no_frames, place_of, safe

# So many failed tasks of each worker are told.
MOST = 3


def tell_error(part, error, name=None, handled=False, arguments=None):
    tell(
        "failed",
        part=part,
        name=name,
        error=type(error).__name__,
        message=str(error),
        place=place_of_error(error),
        handled=handled,
        arguments=arguments,
    )


def place_of_error(error):
    """`my.py:12`: the innermost line outside of Python's library."""
    place = None
    trace = error.__traceback__
    while trace is not None:
        if not is_ours(trace.tb_frame) and not is_of_python(trace.tb_frame):
            place = place_of(trace.tb_frame.f_code, trace.tb_lineno)
        trace = trace.tb_next
    return place


def is_of_python(frame):
    path = frame.f_code.co_filename
    return path.startswith((sys.base_prefix + "/lib", "<frozen"))


def reported(function, part, name=None, arguments=None):
    """The function, whose exceptions are told."""
    tells = safe(tell_error)

    def run(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except Exception as error:
            tells(part, error, name, arguments=arguments)
            raise

    return leave_no_frames(run)


class FailedTasks:
    """What a worker tells of tasks that raised."""

    def __init__(self):
        self.told = 0

    def look(self, result):
        """`result` is what a pool's or an executor's worker sends back."""
        if self.told >= MOST:
            return
        if isinstance(result, tuple):
            success, value = result[2]
            error = None if success else value
        else:
            error = getattr(result, "exception", None)
        if error is None:
            return
        error = getattr(error, "exc", error)
        if isinstance(error, Exception) and type(error).__name__ != "MaybeEncodingError":
            self.told += 1
            tell_error("task", error)
