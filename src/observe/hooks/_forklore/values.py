"""Notices `value.value += 1` on shared memory without a lock: it reads, adds and writes, and others come between."""

import sys
from _thread import get_ident

from .origins import LOCKS
from .pipe import tell
from .wrap import like, place_of, safe, wrap

# So many updates of one place in memory are looked at.
MOST = 1000


class Certain:
    """Whether all locks of the program are in `LOCKS`."""

    is_certain = True


# The last reading of each thread, and the updates of each place.
READ, UPDATES = {}, {}
# What was written last, where it was not written in the line of the reading.
WRITTEN = {}
# The identities of shared objects that have been looked at enough.
FULL = set()


def hook_managers(module):
    for name in ("acquire", "__enter__"):
        wrap(module.AcquirerProxy, name, before=manager_locks)


def manager_locks(args, kwargs):
    """Whether a lock of a manager is held can't be seen from here: nothing is certain any more."""
    Certain.is_certain = False


def hook_values(module):
    value = module.Synchronized.value
    module.Synchronized.value = property(reading(value.fget), writing(value.fset), value.fdel, value.__doc__)
    array = module.SynchronizedArray
    array.__getitem__ = reading(array.__getitem__)
    array.__setitem__ = writing(array.__setitem__)


def reading(usual):
    noticed = safe(was_read)

    def get(self, *index):
        value = usual(self, *index)
        if FULL and id(self) in FULL:
            return value
        noticed(self, index, value, sys._getframe(1))
        return value

    return like(get, usual)


def writing(usual):
    noticed = safe(is_written)

    def put(self, *index_and_value):
        noticed(self, index_and_value[:-1], index_and_value[-1], sys._getframe(1))
        usual(self, *index_and_value)

    return like(put, usual)


def was_read(shared, index, value, frame):
    READ[get_ident()] = (id(shared), index, frame.f_code, frame.f_lineno, value)


def is_written(shared, index, value, frame):
    read = READ.pop(get_ident(), None)
    if read is None or read[:3] != (id(shared), index, frame.f_code):
        return
    # On one line it is one statement; on several lines, what counts further each time is a counter, not a flag.
    if read[3] != frame.f_lineno:
        last = WRITTEN.get((id(shared), index))
        WRITTEN[id(shared), index] = value
        if value != read[4] + 1 or last in (None, value):
            return
    semlock = shared.get_lock()._semlock
    name = semlock.name or semlock.handle
    key = (name, index)
    count = UPDATES.get(key, 0) + 1
    if count > MOST:
        FULL.add(id(shared))
    if count > MOST or not Certain.is_certain or any(map(is_held, list(LOCKS.values()))):
        return
    UPDATES[key] = count
    if count & (count - 1) == 0:
        tell(
            "unlocked_update",
            of="%s %s" % (name, index[0] if index else ""),
            kind="Array" if index else "Value",
            place=place_of(frame.f_code, frame.f_lineno),
            count=count,
        )


def is_held(reference):
    """Whether this thread holds the lock."""
    lock = reference()
    return lock is not None and lock._semlock._is_mine()
