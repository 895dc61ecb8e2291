"""Remembers where locks, queues and pipes were made, and names them alike in all processes."""

import os
import sys
from _weakref import ref

from . import paths, syncs
from .wrap import wrap

# By the object's address, which a forked child shares: the PID of its maker, a number, and the place.
MADE = {}
# Weak references to the locks that several processes may have.
LOCKS = {}
# The two ends of a pipe in both directions, by the number of each.
PEERS = {}


def hook_locks(module):
    wrap(module.SemLock, "__init__", after=made)
    wrap(module.SemLock, "_make_methods", after=known)
    hook_parts(module.Condition)
    syncs.hook_waits(module)


def hook_connection(module):
    wrap(module, "Pipe", after=pipe_made)


def hook_parts(kind):
    for name in ("__init__", "__setstate__"):
        wrap(kind, name, after=parts_made)


def parts_made(note, result, args):
    """The semaphores by which the library counts are no locks of the program, and are used too often for a hook."""
    for part in parts_of(args[0]).values():
        if type(part).__name__ in ("Semaphore", "BoundedSemaphore"):
            LOCKS.pop(id(part), None)
            part.acquire, part.release = part._semlock.acquire, part._semlock.release


def known(note, result, args):
    """A lock is here, made or received."""
    LOCKS[id(args[0])] = ref(args[0])


def held_locks():
    """The locks of which this process has taken more or fewer than it has given back: with how many."""
    for one in list(LOCKS.values()):
        lock = one()
        if lock is not None and lock._semlock.maxvalue == 1 and lock._semlock._count() != 0:
            yield lock, lock._semlock._count()


def made(note, result, args):
    frame = sys._getframe(2)
    while frame is not None and not paths.is_own(frame.f_code.co_filename):
        frame = frame.f_back
    place = "%s:%d" % (frame.f_code.co_filename, frame.f_lineno) if frame is not None else None
    MADE[id(args[0])] = (os.getpid(), len(MADE), place)


def pipe_made(note, result, args):
    one, other = (pipe_of(end) for end in result)
    if one != other:
        PEERS[one], PEERS[other] = other, one


def parts_of(thing):
    """The attributes of an object, without running any code of the program."""
    try:
        return object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}


def pipe_of(connection):
    """The system's number of a pipe or a socket, the same in all processes; `None` if it is closed."""
    try:
        return os.fstat(parts_of(connection).get("_handle")).st_ino
    except (OSError, TypeError):
        return None


def lock_in(thing):
    """The lock itself that a condition, an event, a barrier or a shared value has."""
    for _ in range(3):
        parts = parts_of(thing)
        inner = parts.get("_lock") or parts.get("_cond")
        if inner is None or "_semlock" in parts:
            break
        thing = inner
    return thing


def is_shared(thing):
    """Whether several processes may have the object."""
    parts = {"_semlock", "_cond", "_lock", "_reader", "_handle", "_token"}
    is_library = type(thing).__module__.startswith("multiprocessing.")
    return is_library and bool(parts.intersection(parts_of(thing)))


def identity(thing):
    """A name for a lock, a queue or a connection that two processes give to the same one only."""
    thing = lock_in(thing)
    parts = parts_of(thing)
    semaphore = parts.get("_semlock")
    if semaphore is not None:
        # Since it was pickled, it has a name; else its address was inherited.
        maker = MADE.get(id(thing), (0, 0))[:2]
        return semaphore.name or "sem-%d-%d-%x" % (*maker, semaphore.handle)
    pipe = pipe_of(parts.get("_reader", thing))
    if pipe is not None:
        return "pipe-%d" % pipe
    token = parts.get("_token")
    if token is not None:
        return "proxy-%s-%s" % (token.address, token.id)
    return "object-%d-%x" % (os.getpid(), id(thing))


def place_of(thing):
    """Where it was made: `file:line`."""
    known = MADE.get(id(lock_in(thing)))
    if known is None:
        known = MADE.get(id(parts_of(thing).get("_rlock")))
    return known and known[2]
