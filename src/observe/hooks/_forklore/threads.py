"""Hooks `threading`: each thread's begin, end and processor time; `run` by mistake; joins."""

import os
import sys
import time
import weakref
from _thread import get_native_id

from .begin import ME, exiting, holds_gil
from .errors import tell_error
from .pipe import PIPE, move_up, tell
from .processes import waited, waiting, watch_run
from .wrap import caller_is_internal, is_of_package, leave_no_frames, like, safe, wrap

# A wait is told when it has lasted that long.
PATIENCE_S = 0.2
# A thread that computed less has not competed for a core; reading its figures would take longer than it did.
WORTH_READING_NS = 5_000_000
MACHINERY = ("multiprocessing", "concurrent.futures")
WORKERS = {"worker", "_worker"}


def hook(module):
    wrap(module.Thread, "_bootstrap_inner", begins, ends)
    wrap(module, "_shutdown", before=lambda args, kwargs: exiting() if is_main() else None)
    watch_run(module.Thread, "thread", thread_not_started)
    hook_join(module.Thread)
    hook_excepthook(module)
    wrap(module.Thread, "start", after=started)
    ME.at_exit.append(lambda: look_at_threads(module))
    ME.at_exit.append(lambda: look_at_daemons(module))

    def is_main():
        return module.current_thread() is module.main_thread()


def is_internal(thread):
    """Whether it is a part of the library's own pools and queues."""
    target = getattr(thread, "_target", None)
    if type(thread).__module__.startswith(MACHINERY):
        name = getattr(target, "__name__", "")
        return name not in WORKERS
    where = getattr(target, "__module__", None) or ""
    return where.startswith(MACHINERY) and getattr(target, "__name__", "") not in WORKERS


def begins(args, kwargs):
    thread = args[0]
    internal = is_internal(thread)
    arguments = getattr(thread, "_args", ())
    if not isinstance(arguments, (tuple, list)):
        # Only now is it known: a thread forgets its arguments before its exception is shown.
        thread._forklore_args = type(arguments).__name__
    tell(
        "thread_started",
        tid=get_native_id(),
        name=thread.name,
        internal=internal,
        has_no_target=has_no_target(thread),
        later=True,
    )
    return time.thread_time_ns()


def ends(note, result, args):
    cpu_ns = time.thread_time_ns() - (note or 0)
    has_computed = cpu_ns >= WORTH_READING_NS
    tell(
        "thread_ended",
        tid=get_native_id(),
        cpu_ns=cpu_ns,
        delay_ns=delay() if has_computed else None,
        waits=waits() if has_computed else None,
        gil=holds_gil(),
        later=True,
    )


def delay():
    """Nanoseconds in which this thread could have run, but other programs had the cores."""
    try:
        with open("/proc/thread-self/schedstat", "rb", buffering=0) as file:
            return int(file.read(100).split()[1])
    except (OSError, ValueError, IndexError):
        return None


def waits():
    """How often this thread gave its core away to wait: for a lock, for data, for time to pass."""
    try:
        with open("/proc/thread-self/status", "rb", buffering=0) as file:
            words = file.read(4096).split()
        return int(words[words.index(b"voluntary_ctxt_switches:") + 1])
    except (OSError, ValueError, IndexError):
        return None


def thread_not_started(thread):
    return not thread._started.is_set()


def hook_join(thread):
    usual, is_alive = thread.join, thread.is_alive
    tells, told = safe(waiting), safe(waited)

    def join(self, timeout=None):
        JOINED[self] = timeout is not None
        if timeout is not None or ME.exiting or caller_is_internal():
            return usual(self, timeout)
        usual(self, PATIENCE_S)
        if not is_alive(self):
            return None
        wait = tells("Thread.join", self.name)
        result = usual(self)
        told(wait)
        return result

    thread.join = like(leave_no_frames(join), usual)
    wrap(thread, "is_alive", after=asked_alive)


def asked_alive(alive, result, args):
    if not caller_is_internal(3):
        ASKED.add(args[0])


# ---- threads that nobody waits for, and threads that fail ----------------------------

# The threads that were joined, and whether with a time limit; those whose state was asked for.
JOINED, ASKED = weakref.WeakKeyDictionary(), weakref.WeakSet()


class Written:
    """What the main thread had written when it last started a thread, and the file that counts it."""

    count = None
    file = None


def has_no_target(thread):
    """Whether it is a plain `Thread` that was given nothing to run."""
    is_plain = type(thread).__module__ == "threading" and type(thread).__name__ == "Thread"
    return is_plain and not callable(getattr(thread, "_target", None))


def started(note, result, args):
    if ME.role == "main" and get_native_id() == os.getpid() and is_of_program(args[0]):
        Written.count = count_writes()


def is_of_program(thread):
    """Whether the program itself waits for it, if anything does."""
    where = getattr(getattr(thread, "_target", None), "__module__", None) or ""
    of_library = type(thread).__module__.startswith(MACHINERY) or where.startswith(MACHINERY) or runs_package(thread)
    return not (of_library or thread.daemon or type(thread).__name__ in ("Timer", "_DummyThread"))


def runs_package(thread):
    """Whether its code is of an installed package."""
    code = getattr(getattr(thread, "_target", None) or type(thread).run, "__code__", None)
    return code is not None and is_of_package(code.co_filename)


def count_writes():
    """How often the main thread has written, to files and pipes of its program; `None` if that can't be had."""
    try:
        if Written.file is None:
            Written.file = move_up(os.open("/proc/thread-self/io", os.O_RDONLY | os.O_CLOEXEC))
        words = os.pread(Written.file, 400, 0).split()
        return int(words[words.index(b"syscw:") + 1]) - PIPE.main_writes
    except (OSError, ValueError, IndexError):
        return None


def look_at_threads(module):
    """The main module is done: which threads still run, and what was done without waiting for them?"""
    if ME.role != "main" or Written.count is None:
        return
    main = module.main_thread()
    left = [
        thread
        for thread in module.enumerate()
        if thread is not main and is_of_program(thread) and thread not in ASKED
    ]
    # The program may have closed the file.
    has_written = count_writes() not in (None, Written.count)
    for timed in (None, True):
        names = [thread.name for thread in left if JOINED.get(thread) is timed]
        if names:
            tell("threads_left", names=", ".join(names), timed=bool(timed), has_written=has_written)


def look_at_daemons(module):
    """Python ends daemon threads where they are: which of the program's are in the middle of work that has an end?"""
    daemons = [one for one in module.enumerate() if one.daemon and one not in ASKED and one not in JOINED]
    if ME.role != "main" or not daemons:
        return
    from . import work

    frames = sys._current_frames()
    found = [one for one in daemons if one.ident in frames]
    names = [one.name for one in found if work.is_cut_off(frames[one.ident], one.native_id)]
    if names:
        tell("daemon_threads_at_work", names=", ".join(names))


def hook_excepthook(module):
    """A thread that fails is told where Python is about to show its exception."""
    usual_make, shown = module._make_invoke_excepthook, module.excepthook
    tells = safe(thread_failed)

    def _make_invoke_excepthook():
        usual = usual_make()

        def invoke_excepthook(thread):
            tells(thread, module.excepthook is not shown)
            return usual(thread)

        return invoke_excepthook

    module._make_invoke_excepthook = _make_invoke_excepthook


def thread_failed(thread, handled):
    error = sys.exc_info()[1]
    if error is None or isinstance(error, SystemExit):
        return
    functions = list(functions_of_pool(error))
    if "_set" in functions:
        # It is told already, as a callback's.
        return
    part = "result" if "_handle_results" in functions else "thread"
    tell_error(part, error, thread.name, handled, getattr(thread, "_forklore_args", None))


def functions_of_pool(error):
    """The functions of `multiprocessing.pool` through which it came."""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals.get("__name__") == "multiprocessing.pool":
            yield frame.f_code.co_name
        trace = trace.tb_next
