"""Hooks `multiprocessing.process`: who starts whom, who joins whom, and `run` by mistake."""

import sys
import weakref
from _thread import get_ident

from . import memory, randoms, syncs
from .begin import ME, STARTING, bye, introduce
from .errors import reported
from .pipe import tell, tell_names
from .wrap import caller_is_internal, is_of_library, is_ours, program_frame, safe, wrap

POOL_WORKERS = {
    ("multiprocessing.pool", "worker"),
    ("concurrent.futures.process", "_process_worker"),
}
WAITS = [0]
# Processes with a text for `args`: `args=("Ada")` lacks a comma.
TEXT_FOR_ARGS = weakref.WeakSet()
# The children of which it is told that the program takes care.
CHECKED = set()


class Answers:
    """Whether the program took something from a queue or a pipe since it last started a child."""

    awaited = False


class MainNames:
    """The names of the main module, told at the end where its children did not inherit them."""

    are_told = False


def hook(module):
    process = module.BaseProcess
    wrap(process, "__init__", has_text_for_args, made)
    wrap(process, "start", before_start, after_start, start_failed)
    wrap(process, "terminate", before=taken_care_of)
    wrap(process, "kill", before=taken_care_of)
    wrap(process, "join", before_join, after_join)
    wrap(process, "is_alive", after=asked_alive)
    wrap(process, "_bootstrap", before_bootstrap, after_bootstrap)
    wrap(module, "active_children", before_active, after_active)
    look_at_exitcode(process)
    look_at_sentinel(process)
    watch_run(process, "process", lambda obj: process_not_started(module, obj))


def role_of(process):
    """`child`, or what else the library itself runs in a process."""
    target = getattr(process, "_target", None)
    where = getattr(target, "__module__", None)
    name = getattr(target, "__name__", None)
    if (where, name) in POOL_WORKERS or str(where).endswith("loky.process_executor"):
        return "pool"
    if where == "multiprocessing.managers":
        return "helper"
    return "child"


def target_of(process):
    target = getattr(process, "_target", None)
    if target is None:
        return type(process).__qualname__ + ".run"
    return getattr(target, "__qualname__", None) or type(target).__qualname__


def has_no_target(process):
    """Whether it is a plain `Process` that was given nothing to run."""
    is_plain = type(process).__module__.startswith("multiprocessing.")
    return is_plain and not callable(getattr(process, "_target", None))


def has_text_for_args(args, kwargs):
    return isinstance(args[4] if len(args) > 4 else kwargs.get("args"), str)


def made(is_text, result, args):
    if is_text:
        TEXT_FOR_ARGS.add(args[0])


# ---- start ------------------------------------------------------------------------


def before_start(args, kwargs):
    process = args[0]
    role = role_of(process)
    if role == "child" and is_started_by_library():
        role = "pool"
    STARTING[get_ident()] = (role, process.name)
    syncs.tell_last()
    objects = safe(memory.child_starts)(process) if role in ("child", "pool") else None
    # A started process has forgotten its target.
    return role, process.name, target_of(process), has_no_target(process), objects


def after_start(note, result, args):
    STARTING.pop(get_ident(), None)
    process = args[0]
    role, name, target, is_idle, process._forklore_objects = note
    tell(
        "started",
        child=process.pid,
        name=name,
        role=role,
        method=process._popen.method,
        target=target,
        daemon=process.daemon,
        has_no_target=is_idle,
        has_text_for_args=process in TEXT_FOR_ARGS,
    )
    if role == "child":
        Answers.awaited = True
    if process._popen.method != "fork" and not MainNames.are_told:
        MainNames.are_told = True
        ME.at_exit.append(tell_main_names)


def is_started_by_library():
    """Whether an installed library started the process, for pools of its own."""
    frame = program_frame(sys._getframe(1))
    return frame is not None and is_of_library(frame)


def tell_main_names():
    names = vars(sys.modules["__main__"]).items()
    plain = [name for name, of in names if not (name.startswith("_") or callable(of) or is_module(of))]
    tell_names("main_names", plain)


def is_module(of):
    return isinstance(of, type(sys))


def start_failed(note, error, args):
    STARTING.pop(get_ident(), None)
    tell(
        "start_failed",
        name=args[0].name,
        error=type(error).__name__,
        message=str(error),
        loading=is_loading(),
        role=note[0] if note else "child",
    )


def is_loading():
    """Whether this is a child that imports the main module of its parent."""
    current = sys.modules["multiprocessing.process"].current_process()
    return bool(getattr(current, "_inheriting", False))


def hook_context(module):
    """A child's start method is set already when its main module sets it again."""
    wrap(module.DefaultContext, "set_start_method", failed=method_not_set)


def method_not_set(note, error, args):
    if is_loading():
        tell(
            "start_failed",
            name="",
            error=type(error).__name__,
            message=str(error),
            loading=True,
        )


# ---- the child's side -------------------------------------------------------------


def before_bootstrap(args, kwargs):
    process = args[0]
    STARTING.clear()
    role = role_of(process)
    introduce(role, process.name)
    if role in ("child", "pool"):
        safe(memory.child_begins)(process, role == "pool")
        safe(randoms.child_begins)(role == "pool")


def after_bootstrap(note, result, args):
    if role_of(args[0]) == "child":
        safe(memory.child_ends)()
        safe(randoms.tell_drawn)()
    # A forked child ends without the interpreter's own end.
    ME.said_exiting = True
    bye(result)


# ---- join and other ways to know --------------------------------------------------


def before_join(args, kwargs):
    process = args[0]
    popen = process._popen
    if popen is None or popen.returncode is not None:
        return None
    timeout = args[1] if len(args) > 1 else kwargs.get("timeout")
    if timeout is not None or ME.exiting or caller_is_internal(3):
        return None
    return waiting("Process.join", process.name)


def waiting(on, what=None):
    from _thread import get_native_id

    WAITS[0] += 1
    tell("waiting", wait=WAITS[0], on=on, of=what, tid=get_native_id())
    return WAITS[0]


def waited(wait):
    if wait is not None:
        tell("waited", wait=wait)


def after_join(note, result, args):
    process = args[0]
    code = process._popen.returncode
    waited(note)
    tell(
        "joined",
        child=process.pid,
        ended=code is not None,
        exitcode=code,
        at_exit=ME.exiting,
        internal=caller_is_internal(3),
    )
    if code is not None:
        tell_last_tasks(process.pid)
        safe(memory.child_joined)(process)


def tell_last_tasks(pid):
    """A worker that was terminated has left its figures in a file."""
    counting = sys.modules.get("_forklore.counting")
    if counting is not None:
        counting.tell_of(pid)


def looked(process):
    """The program asked in another way than `join`, and the child had ended."""
    popen = process._popen
    if popen is None or popen.returncode is None:
        return
    if caller_is_internal(3):
        tell_last_tasks(popen.pid)
        if not ME.exiting:
            # A pool that finds its worker gone has no need to join it any more.
            tell(
                "joined",
                child=popen.pid,
                ended=True,
                exitcode=popen.returncode,
                at_exit=False,
                internal=True,
            )
    elif not ME.exiting:
        tell("looked", child=popen.pid, exitcode=popen.returncode)


def asked_alive(note, result, args):
    if not result:
        looked(args[0])
    else:
        taken_care_of(args)


def taken_care_of(args, kwargs=None):
    """The program knows that the child still runs, or ends it."""
    process = args[0]
    if process.pid not in CHECKED and not ME.exiting and not caller_is_internal(3):
        CHECKED.add(process.pid)
        tell("checked", child=process.pid)


def look_at_sentinel(process):
    usual = process.sentinel
    tells = safe(taken_care_of)

    def sentinel(self):
        handle = usual.__get__(self)
        tells((self,))
        return handle

    process.sentinel = property(sentinel, doc=usual.__doc__)


def look_at_exitcode(process):
    usual = process.exitcode
    tells = safe(looked)

    def exitcode(self):
        code = usual.__get__(self)
        if code is not None:
            tells(self)
        return code

    process.exitcode = property(exitcode, doc=usual.__doc__)


def before_active(args, kwargs):
    module = sys.modules["multiprocessing.process"]
    return list(module._children)


def after_active(note, result, args):
    for process in note or ():
        looked(process)


# ---- run in place of start --------------------------------------------------------


class Run:
    """`run` as an attribute that sees where it is taken: no frame of ours in a traceback."""

    def __init__(self, original, of, not_started):
        self.original, self.of = original, of
        self.not_started = safe(not_started)

    def __get__(self, obj, owner=None):
        if obj is None:
            return self.original.__get__(None, owner)
        if self.not_started(obj) and self.is_outermost(obj):
            safe(tell)("run_called", of=self.of, name=obj.name)
        run = self.original.__get__(obj, owner)
        # The call that makes a child work: its exception is told.
        if sys._getframe(1).f_code.co_name == "_bootstrap" and role_of(obj) == "child":
            return reported(run, "process", obj.name)
        return run

    def is_outermost(self, obj):
        """Not `super().run()` within the run that was noticed already."""
        for each in type(obj).__mro__:
            if "run" in each.__dict__:
                return each.__dict__["run"] is self
        return False


def watch_run(owner, of, not_started):
    """Looks at `run` of the class and of all classes that are made of it from now on."""
    import types

    def cover(each):
        run = each.__dict__.get("run")
        if isinstance(run, types.FunctionType):
            each.run = Run(run, of, not_started)

    def __init_subclass__(cls, **settings):
        super(owner, cls).__init_subclass__(**settings)
        safe(cover)(cls)

    cover(owner)
    for each in owner.__subclasses__():
        cover(each)
    owner.__init_subclass__ = classmethod(__init_subclass__)


def process_not_started(module, process):
    if process._popen is not None or process is module._current_process:
        return False
    # Only a call: `hasattr` and the like are made by libraries.
    frame = sys._getframe(2)
    while frame is not None and is_ours(frame):
        frame = frame.f_back
    return not frame.f_globals.get("__name__", "").startswith("multiprocessing")
