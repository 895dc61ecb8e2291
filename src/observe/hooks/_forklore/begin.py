"""The first and the last words of a Python: what it is, where it comes from, how it ends."""

import atexit
import os
import sys
import time
from _signal import SIG_BLOCK, SIG_DFL, SIG_SETMASK, SIGURG
from _signal import getsignal, pthread_sigmask, signal as set_handler, valid_signals
from _thread import _count as thread_count
from _thread import get_ident

from . import finder, reaps, streams, wrap
from .pipe import PIPE, now, tell

IS_GIL_ON = getattr(sys, "_is_gil_enabled", None)
# The process that Forklore started: whoever finds no number here is it.
MAIN = "FORKLORE_TRY_MAIN"
MACHINERY = {
    "multiprocessing.forkserver": "fork server",
    "resource_tracker": "resource tracker",
    "semaphore_tracker": "resource tracker",
}


class Me:
    """What this process said of itself."""

    role = "main"
    name = None
    exiting = False
    said_exiting = said_bye = False
    # How often all threads were sampled.
    sample = 0
    # Whether the program handles the signal itself that asks for samples.
    refuses_samples = False
    # What sums things up has its last word here.
    at_end = []
    # What looks at the state that the main module has left.
    at_exit = []
    # What looks at the state that each task of a pool's worker has left.
    after_task = []


ME = Me()
# So many tasks of a pool's worker are looked at: there may be millions.
FIRST_TASKS = 5
# Which child each thread is starting at the moment: (role, name).
STARTING = {}


def begin(began):
    PIPE.open()
    ME.role, ME.name = first_role()
    streams.begin()
    os.register_at_fork(before=wrap.safe(before_fork), after_in_child=wrap.safe(after_fork))
    atexit.register(wrap.safe(bye))
    if not wrap.CAN_FORGET:
        wrap.show_without_us()
    finder.install()
    wrap.safe(reaps.hook)()
    wrap.safe(answer_samples)()
    hello(now() - began)


def first_role():
    main = os.environ.get(MAIN)
    if main is None or main == str(os.getpid()):
        os.environ[MAIN] = str(os.getpid())
        return "main", "MainProcess"
    command = command_line()
    if "multiprocessing.spawn" in command:
        return "child", None
    for word, name in MACHINERY.items():
        if word in command:
            return "helper", name
    return "program", None


def command_line():
    try:
        with open("/proc/self/cmdline", "rb", buffering=0) as file:
            return file.read(4096).decode("utf-8", "replace")
    except OSError:
        return " ".join(getattr(sys, "orig_argv", None) or getattr(sys, "argv", []))


def holds_gil():
    """Whether this Python has its GIL on now: an extension may switch it on at any time."""
    return IS_GIL_ON() if IS_GIL_ON else True


def hello(cost_ns=0):
    tell(
        "hello",
        parent=os.getppid(),
        python="%d.%d.%d" % sys.version_info[:3],
        gil=holds_gil(),
        role=ME.role,
        name=ME.name,
        cost_ns=cost_ns,
    )


def answer_samples():
    """Lets Forklore ask where all threads are, by a signal that otherwise does nothing."""
    if getsignal(SIGURG) == SIG_DFL:
        set_handler(SIGURG, wrap.leave_no_frames(wrap.safe(take_sample)))


def take_sample(number, frame):
    """Other signals wait until it is done, as far as no other thread takes them."""
    usual = pthread_sigmask(SIG_BLOCK, valid_signals())
    try:
        from . import sampling

        sampling.take(frame)
        values = sys.modules.get("_forklore.values")
        if values is not None:
            values.look_on()
    finally:
        pthread_sigmask(SIG_SETMASK, usual)


def before_fork():
    if thread_count():
        from . import forks

        forks.before_fork()


def after_fork():
    """A fork: a child of multiprocessing knows what it is, another is simply there."""
    began = now()
    streams.open_pipes()
    PIPE.cost_ns = 0
    del PIPE.waiting[:]
    if ME.refuses_samples:
        tell("samples", off=True)
    del ME.at_end[:], ME.at_exit[:], ME.after_task[:]
    values = sys.modules.get("_forklore.values")
    if values is not None:
        values.begin_anew()
    ME.exiting = ME.said_exiting = ME.said_bye = False
    role, name = STARTING.get(get_ident()) or role_of_fork()
    STARTING.clear()
    ME.role, ME.name = role, name
    hello(now() - began)


def after_first_tasks(look):
    """Looks after each of the first tasks of a pool's worker."""
    left = FIRST_TASKS

    def task_done():
        nonlocal left
        left -= 1
        if not left:
            ME.after_task.remove(task_done)
        look()

    ME.after_task.append(task_done)


def role_of_fork():
    """What a fork is that multiprocessing did not announce."""
    if ME.role == "helper":
        return "child", None
    frame = sys._getframe(1)
    while frame is not None and wrap.is_ours(frame):
        frame = frame.f_back
    if frame is not None and frame.f_globals.get("__name__") == "subprocess":
        # It becomes another program at once.
        return "program", None
    parent = ME.name or ME.role
    return "fork", parent if parent.startswith("fork of ") else "fork of " + parent


def introduce(role, name):
    """Says hello once more if more is known now: a fork server's child learns its name late."""
    if (role, name) != (ME.role, ME.name):
        ME.role, ME.name = role, name
        hello()


def exiting():
    """The main module is done."""
    ME.exiting = True
    if ME.said_exiting:
        return
    ME.said_exiting = True
    for look in ME.at_exit:
        wrap.safe(look)()
    last_words()
    error = getattr(sys, "last_value", None)
    if error is None:
        tell("exiting", gil=holds_gil())
        return
    tell("exiting", gil=holds_gil(), uncaught=type(error).__name__, message=str(error))


def last_words():
    for hook in ME.at_end:
        wrap.safe(hook)()


def bye(exitcode=None):
    exiting()
    last_words()
    if ME.said_bye:
        return
    ME.said_bye = True
    peak = peak_kib()
    tell("bye", cpu_ns=time.process_time_ns(), cost_ns=PIPE.cost_ns, peak_kib=peak, exitcode=exitcode)


def peak_kib():
    """The most memory that this process held, where the system tells it."""
    try:
        status = os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, AttributeError):
        return None
    try:
        words = os.read(status, 4096).split()
        return int(words[words.index(b"VmHWM:") + 1])
    except (OSError, ValueError, IndexError):
        return None
    finally:
        os.close(status)
