"""Wraps a function of Python's library so that nobody notices.

A hook that fails is never called again. An exception passes with the traceback that it
would have without us.
"""

import os
import sys

FOLDER = __file__.rpartition("/")[0]
PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
# Since then a bare `raise` takes the traceback from the exception, so our own frame can go.
CAN_FORGET = sys.version_info >= (3, 11)


def safe(hook):
    """The hook, made harmless."""
    working = True

    def harmless(*args, **kwargs):
        nonlocal working
        if working:
            try:
                return hook(*args, **kwargs)
            except Exception:
                working = False
        return None

    return harmless


def wrap(owner, name, before=None, after=None, failed=None):
    """Replaces `owner.name`.

    before(args, kwargs) → note; after(note, result, args); failed(note, error, args).
    """
    original = getattr(owner, name)
    before = before and safe(before)
    after = after and safe(after)
    failed = failed and safe(failed)

    def wrapper(*args, **kwargs):
        note = before(args, kwargs) if before else None
        try:
            result = original(*args, **kwargs)
        except BaseException as error:
            if failed:
                failed(note, error, args)
            if CAN_FORGET:
                error.__traceback__ = error.__traceback__.tb_next
            raise
        if after:
            after(note, result, args)
        return result

    setattr(owner, name, like(wrapper, original))


def like(wrapper, original):
    """Gives it the name and the papers of the original: it is found and pickled by them."""
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        try:
            setattr(wrapper, attribute, getattr(original, attribute))
        except AttributeError:
            pass
    wrapper.__wrapped__ = original
    return wrapper


def leave_no_frames(function):
    """The function, whose exceptions show no frame of ours: a Ctrl-C may come while it waits."""

    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            trace = error.__traceback__
            while CAN_FORGET and trace is not None and is_ours(trace.tb_frame):
                trace = trace.tb_next
            error.__traceback__ = trace
            raise

    return wrapper


def is_ours(frame):
    return frame.f_code.co_filename.startswith(FOLDER)


def forget_frames(error, seen=None):
    """Takes our frames out of an exception's tracebacks, and of those it came from."""
    seen = seen if seen is not None else set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        first = error.__traceback__
        while first is not None and is_ours(first.tb_frame):
            first = first.tb_next
        error.__traceback__ = first
        while first is not None:
            following = first.tb_next
            while following is not None and is_ours(following.tb_frame):
                following = following.tb_next
            if following is not first.tb_next:
                first.tb_next = following
            first = following
        if error.__cause__ is not None:
            forget_frames(error.__cause__, seen)
        error = error.__context__


def show_without_us():
    """For older Pythons: uncaught exceptions are shown without our frames."""
    usual = sys.excepthook

    def excepthook(kind, error, trace):
        try:
            forget_frames(error)
            trace = error.__traceback__
        except Exception:
            pass
        usual(kind, error, trace)

    sys.excepthook = sys.__excepthook__ = like(excepthook, usual)


def print_without_us(traceback):
    """The same for all that is shown through the module `traceback`, also of the stack at the moment."""
    hide_in_stacks(traceback)
    if CAN_FORGET:
        return
    usual = traceback.walk_tb

    def walk_tb(tb):
        return (item for item in usual(tb) if not is_ours(item[0]))

    traceback.walk_tb = like(walk_tb, usual)


def hide_in_stacks(traceback):
    usual = traceback.walk_stack

    def walk_stack(frame):
        frame = sys._getframe().f_back if frame is None else frame
        return (item for item in usual(frame) if not is_ours(item[0]))

    traceback.walk_stack = like(walk_stack, usual)


def caller_is_internal(depth=2):
    """Whether Python's own pools and executors made the call that is being hooked."""
    frame = sys._getframe(depth)
    while frame is not None and is_ours(frame):
        frame = frame.f_back
    name = frame.f_globals.get("__name__", "") if frame is not None else ""
    return name.startswith(("multiprocessing", "concurrent.futures", "threading"))


PYTHONS_OWN = ("multiprocessing", "concurrent.futures", "threading", "asyncio")


def program_frame(frame):
    """The innermost frame that is neither ours nor of Python's own processes, pools and threads."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not (is_ours(frame) or name.startswith(PYTHONS_OWN)):
            return frame
        frame = frame.f_back
    return None


def is_of_library(frame):
    """Whether the frame belongs to an installed library."""
    return is_of_package(frame.f_code.co_filename)


def is_of_package(path):
    return any(part in path for part in PACKAGES)


def place_in_program():
    """`my.py:12`: where the program made the call that is being hooked; `None` where a library made it."""
    frame = program_frame(sys._getframe(1))
    if frame is None or is_of_library(frame):
        return None
    return place_of(frame.f_code, frame.f_lineno)


def place_of(code, line):
    return "%s:%d" % (code.co_filename.rpartition("/")[2], line)
