"""Notices a change to the copy that a manager's proxy has returned, where the program keeps no reference to the copy.

`orders[name].append(thing)` changes a list that nothing can read any more.
"""

import os
import sys
from _thread import get_ident

from . import source, syncs, uses, values
from .begin import ME
from .pipe import tell
from .wrap import place_of, wrap

CALLS = ("__getitem__", "get", "setdefault", "__getattribute__")
KINDS = (list, dict, set, bytearray)
# So many copies of one line are compared.
MOST = 20

# What the line of a frame changes in place, by its code and its number.
CHANGED = {}
# The copies that the lines of each thread may be changing now: the object, how it was, its place.
OPEN = {}
# How often the copies of a place were compared; the places that were reported.
COMPARED, TOLD = {}, set()


def hook(module):
    values.hook_managers(module)
    wrap(module.BaseProxy, "_callmethod", before_call, after_call)
    # What a line of the parent is changing is not the forked child's change.
    os.register_at_fork(after_in_child=OPEN.clear)


def before_call(args, kwargs):
    syncs.sends()
    if OPEN:
        look(get_ident())


def after_call(note, result, args):
    if args[1] in syncs.PROXY_CALLS and result is not False:
        syncs.note_time()
    if type(result) not in KINDS or args[1] not in CALLS:
        return
    frame = next(source.learner_frames(sys._getframe(2)), None)
    if frame is None:
        return
    key = (frame.f_code, frame.f_lineno)
    if key not in CHANGED:
        chain = source.enclosing(frame.f_code.co_filename, frame.f_lineno)
        CHANGED[key] = list(uses.changed_by(chain[-1][0])) if chain else []
    place = place_of(*key)
    if place in TOLD or not any(comes_from(node, args[0], frame) for node in CHANGED[key]):
        return
    COMPARED[place] = COMPARED.get(place, 0) + 1
    if COMPARED[place] > MOST:
        return
    if look_at_all not in ME.at_end:
        ME.at_end.append(look_at_all)
        ME.after_task.append(look_at_all)
    OPEN[get_ident()] = (result, as_bytes(result), place)


def comes_from(node, proxy, frame):
    """Whether the expression is read from that proxy, through items and attributes."""
    while True:
        node = uses.read_from(node)
        if node is None:
            return False
        if source.value_of(node, frame) is proxy:
            return True


def as_bytes(thing):
    return sys.modules["pickle"].dumps(thing)


def look_at_all():
    for ident in list(OPEN):
        look(ident)


def look(ident):
    """The line is done: has it changed the copy?"""
    copy, before, place = OPEN.pop(ident, (None, None, None))
    if place is None or place in TOLD or as_bytes(copy) == before:
        return
    TOLD.add(place)
    tell("copy_changed", kind=type(copy).__name__, place=place)
