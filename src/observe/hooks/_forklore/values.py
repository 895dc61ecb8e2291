"""Notices `value.value += 1` on shared memory without a lock: it reads, adds and writes, and others come between."""

import sys
from _thread import get_ident

from . import syncs
from .origins import LOCKS
from .pipe import tell
from .wrap import like, place_of, safe, wrap

# So many readings and writings are looked at, for each shared object that this process has got so far.
LOOKS = 200


class Certain:
    """Whether all locks of the program are in `LOCKS`."""

    is_certain = True


class Looks:
    """How often it will still be looked; while there is nothing left, the library's own functions are in place."""

    left = objects = 0
    are_hooked = False


# The last reading of each thread, and the updates of each place.
READ, UPDATES = {}, {}
# What was written last, where it was not written in the line of the reading.
WRITTEN = {}
# What is replaced: (class, name of the attribute, the library's own, ours).
HOOKED = []


def hook_managers(module):
    for name in ("acquire", "__enter__"):
        wrap(module.AcquirerProxy, name, before=manager_locks)


def manager_locks(args, kwargs):
    """Whether a lock of a manager is held can't be seen from here: nothing is certain any more."""
    Certain.is_certain = False


def hook_values(module):
    one, array = module.Synchronized, module.SynchronizedArray
    value = one.value
    ours = property(reading(value.fget), writing(value.fset), value.fdel, value.__doc__)
    HOOKED.append((one, "value", value, ours))
    HOOKED.append((array, "__getitem__", array.__getitem__, reading(array.__getitem__)))
    HOOKED.append((array, "__setitem__", array.__setitem__, writing(array.__setitem__)))
    wrap(module.SynchronizedBase, "__init__", after=object_made)


def object_made(note, result, args):
    Looks.objects += 1
    syncs.use()
    look_again(LOOKS)


def begin_anew():
    """A forked child has the objects, and has not used them yet."""
    UPDATES.clear()
    READ.clear()
    Looks.left = 0
    if Looks.objects:
        look_again(LOOKS * Looks.objects)


def look_on():
    """Forklore asks for a sample: another process may have begun to change the same objects."""
    if UPDATES:
        UPDATES.clear()
        READ.clear()
        look_again(LOOKS)


def look_again(often):
    Looks.left += often
    set_hooked(True)


def set_hooked(is_hooked):
    if is_hooked == Looks.are_hooked:
        return
    Looks.are_hooked = is_hooked
    for owner, name, usual, ours in HOOKED:
        setattr(owner, name, ours if is_hooked else usual)


def reading(usual):
    def get(self, *index):
        value = usual(self, *index)
        count_look()
        frame = sys._getframe(1)
        this = (id(self), index, frame.f_code, frame.f_lineno, value)
        last, READ[get_ident()] = READ.get(get_ident(), this), this
        if last[:4] == this[:4] and last[4] != value:
            # Another process has changed it: that may be what the line waits for.
            syncs.note_time()
        return value

    return like(get, usual)


def writing(usual):
    noticed = safe(is_written)

    def put(self, *index_and_value):
        count_look()
        noticed(self, index_and_value[:-1], index_and_value[-1], sys._getframe(1))
        usual(self, *index_and_value)

    return like(put, usual)


def count_look():
    Looks.left -= 1
    if Looks.left <= 0:
        set_hooked(False)


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
    if not Certain.is_certain or any(map(is_held, list(LOCKS.values()))):
        return
    count = UPDATES[key] = UPDATES.get(key, 0) + 1
    if count & (count - 1) == 0:
        syncs.tell_last()
        tell(
            "unlocked_update",
            of="%s %s" % (name, index[0] if index else ""),
            kind="Array" if index else "Value",
            place=place_of(frame.f_code, frame.f_lineno),
            count=count,
        )
        syncs.Last.is_awaited = True


def is_held(reference):
    """Whether this thread holds the lock."""
    lock = reference()
    return lock is not None and lock._semlock._is_mine()
