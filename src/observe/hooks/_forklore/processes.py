"""Hooks `multiprocessing.process`: who starts whom, who joins whom, and `run` by mistake."""

import sys
from _thread import get_ident

from .begin import ME, STARTING, bye, introduce
from .pipe import tell
from .wrap import caller_is_internal, is_ours, safe, wrap

POOL_WORKERS = {
    ("multiprocessing.pool", "worker"),
    ("concurrent.futures.process", "_process_worker"),
}
WAITS = [0]


def hook(module):
    process = module.BaseProcess
    wrap(process, "start", before_start, after_start, start_failed)
    wrap(process, "join", before_join, after_join)
    wrap(process, "is_alive", after=asked_alive)
    wrap(process, "_bootstrap", before_bootstrap, after_bootstrap)
    wrap(module, "active_children", before_active, after_active)
    look_at_exitcode(process)
    watch_run(process, "process", lambda obj: process_not_started(module, obj))


def role_of(process):
    """`child`, or what else the library itself runs in a process."""
    target = getattr(process, "_target", None)
    where = getattr(target, "__module__", None)
    name = getattr(target, "__name__", None)
    if (where, name) in POOL_WORKERS:
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
    return is_plain and getattr(process, "_target", None) is None


# ---- start ------------------------------------------------------------------------


def before_start(args, kwargs):
    process = args[0]
    # A started process has forgotten its target.
    note = (role_of(process), process.name, target_of(process), has_no_target(process))
    STARTING[get_ident()] = note[:2]
    return note


def after_start(note, result, args):
    STARTING.pop(get_ident(), None)
    process = args[0]
    role, name, target, is_idle = note
    tell(
        "started",
        child=process.pid,
        name=name,
        role=role,
        method=process._popen.method,
        target=target,
        daemon=process.daemon,
        has_no_target=is_idle,
    )


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
    introduce(role_of(process), process.name)


def after_bootstrap(note, result, args):
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
        return self.original.__get__(obj, owner)

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
