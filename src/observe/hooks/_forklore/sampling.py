"""Tells, when Forklore asks with a signal, where each thread waits, for what, and what it holds.

The signal is one that does nothing where nobody handles it. A wait that it interrupts goes on
afterwards: Python itself repeats the system call.
"""

import os
import sys
from _thread import get_ident

from . import blocking, origins, paths, source
from .begin import ME, holds_gil
from .pipe import tell
from .threads import is_internal

MOST_THREADS, MOST_NAMES, MOST_PARTS, DEEPEST = 200, 5000, 100, 2


def take(frame):
    """Samples all threads; `frame` is where the signal met this one, the first of its process."""
    frames = sys._current_frames()
    frames[get_ident()] = frame
    known = getattr(sys.modules.get("threading"), "_active", {})
    ME.sample += 1
    told, read, things = 0, [], {}
    for ident, innermost in list(frames.items())[:MOST_THREADS]:
        thread = known.get(ident)
        if thread is not None and is_internal(thread):
            continue
        is_first = ident == get_ident()
        tid = os.getpid() if is_first else getattr(thread, "native_id", None)
        name = None if is_first else getattr(thread, "name", None)
        told += 1
        # Without a GIL, only the variables of a thread that waits can be read.
        if is_first or holds_gil() or is_asleep(tid):
            read.append(innermost)
            try:
                tell_thread(tid, name, innermost, things)
                continue
            except Exception:
                pass
        tell("thread_sample", sample=ME.sample, tid=tid, thread=name)
    for lock, count in origins.held_locks():
        identity = origins.identity(lock)
        things[identity] = lock
        tell("lock_held", sample=ME.sample, object=identity, count=count)
    tell_names(things, read)
    tell("sampled", sample=ME.sample, threads=told)


def is_asleep(tid):
    try:
        with open("/proc/self/task/%d/stat" % tid, "rb", buffering=0) as file:
            return file.read(1000).rpartition(b") ")[2][:1] in b"SD"
    except (OSError, TypeError):
        return False


def tell_thread(tid, name, innermost, things):
    wait = blocking.wait_of(innermost)
    here = next(source.learner_frames(innermost), None)
    fields = {}
    if wait is not None:
        thing = wait.thing
        identity = origins.identity(thing) if thing is not None else None
        if identity is not None:
            things[identity] = thing
        fields = dict(
            on=wait.on,
            of=label_of(wait),
            object=identity,
            bounded=wait.is_bounded,
            state=blocking.state_of(wait),
        )
    tell(
        "thread_sample",
        sample=ME.sample,
        tid=tid,
        thread=name,
        file=here and here.f_code.co_filename,
        line=here and here.f_lineno,
        function=here and here.f_code.co_name,
        at_exit=here is None and (ME.exiting or ME.said_exiting),
        **fields
    )
    tell_held(tid, innermost, things)


def label_of(wait):
    """A name that the object has of itself, or else how the line writes it."""
    thing = wait.thing
    if wait.on in ("Process.join", "Thread.join"):
        return thing.name
    if wait.on == "command":
        words = thing.args if isinstance(thing.args, str) else " ".join(map(str, thing.args))
        return words
    return wait.text


def tell_held(tid, innermost, things):
    seen = set()
    for at, frame in enumerate(source.learner_frames(innermost)):
        for node in source.held_in(frame, at == 0):
            lock = source.value_of(node, frame)
            if lock is source.UNKNOWN or not is_held(lock):
                continue
            identity = origins.identity(lock)
            if identity in seen:
                continue
            seen.add(identity)
            things[identity] = lock
            tell("lock_held", sample=ME.sample, tid=tid, object=identity)


def is_held(lock):
    lock = origins.lock_in(lock)
    semaphore = origins.parts_of(lock).get("_semlock")
    if semaphore is not None:
        return semaphore.maxvalue == 1 and semaphore._count() > 0
    if type(lock) is blocking.LOCK_TYPES[0]:
        return lock.locked()
    return isinstance(lock, blocking.LOCK_TYPES)


# ---- names ------------------------------------------------------------------------


def tell_names(things, frames):
    """The variables that mean these objects, best those of the main module.

    The main process also names what other processes may wait for: they know it by other variables.
    """
    names = {}
    main = sys.modules.get("__main__")
    collect_names(names, 0, vars(main) if main is not None else {})
    for frame in frames:
        learner = list(source.learner_frames(frame, with_parent=True))
        for rank, each in enumerate(reversed(learner)):
            collect_names(names, rank + 1, each.f_locals)
    if ME.role == "main":
        shared = [thing for _, _, thing in names.values() if origins.is_shared(thing)]
        things = dict({origins.identity(thing): thing for thing in shared[:MOST_PARTS]}, **things)
    for identity, thing in things.items():
        (rank, _), name, _ = names.get(id(thing), ((None, 0), None, None))
        tell(
            "object_named",
            sample=ME.sample,
            object=identity,
            name=name,
            rank=rank,
            made=origins.place_of(thing),
        )


def collect_names(names, rank, variables):
    left = [(0, name, thing) for name, thing in list(variables.items())[:MOST_NAMES] if name[:2] != "__"]
    # Shorter names come first: `lock`, then `account.lock`, then `accounts[0].lock`.
    for depth, name, thing in left:
        if id(thing) not in names or names[id(thing)][0] > (rank, depth):
            names[id(thing)] = ((rank, depth), name, thing)
        if depth < DEEPEST and len(left) < MOST_NAMES:
            left += [(depth + 1, inner, one) for inner, one in parts_of(name, thing)]


def parts_of(name, thing):
    """The first items of a list or a dictionary, and the attributes of the learner's own objects."""
    if type(thing) in (list, tuple):
        return [("%s[%d]" % (name, at), one) for at, one in enumerate(thing[:MOST_PARTS])]
    if type(thing) is dict:
        return [("%s[%r]" % (name, key), one) for key, one in list(thing.items())[:MOST_PARTS] if type(key) in (str, int)]
    if is_plain_object(thing):
        return [("%s.%s" % (name, key), one) for key, one in list(origins.parts_of(thing).items())[:MOST_PARTS]]
    return []


def is_plain_object(thing):
    """An object of a class of the learner's own."""
    module = sys.modules.get(type(thing).__module__)
    file = getattr(module, "__file__", None)
    return bool(origins.parts_of(thing)) and file and paths.is_own(file)
