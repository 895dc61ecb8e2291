"""Notices what a child changes in its own memory for others: its parent has another copy.

It reports the variables that a child has changed, with the functions that read them, and those that its parent has
not changed.
"""

import sys
from itertools import islice

from . import origins, paths, source, uses
from .begin import ME, after_first_tasks
from .pipe import tell, tell_names

FUNCTION = type(lambda: None)
PLAIN = (int, float, complex, str, bytes, bool, tuple, type(None))
# So many items of each are compared, and so many variables.
MOST_ITEMS, MOST_NAMES = 200, 500


class Before:
    """The variables of the main module before the first child was started, or when this child began."""

    names = None
    # The functions in which the program started its children.
    starters = set()
    arguments = ()
    target = None
    # The program's own objects that the child has: each with the values of its attributes.
    objects = ()


def mark_of(thing):
    """What differs when the object is changed; `None` for what is not looked at."""
    kind = type(thing)
    if kind in PLAIN:
        return id(thing)
    if kind is list or kind.__name__ == "deque":
        return len(thing), [id(one) for one in islice(thing, MOST_ITEMS)]
    if kind is dict:
        return len(thing), [id(one) for one in islice(thing.values(), MOST_ITEMS)]
    if kind is set:
        return len(thing)
    if kind is bytearray:
        return hash(bytes(thing))
    if kind.__name__ == "ndarray" and is_private(thing):
        step = max(1, thing.size // MOST_ITEMS ** 2)
        return hash(thing.flat[::step].tobytes())
    return None


def is_private(array):
    """Whether a NumPy array has memory of its own, not one that processes may share."""
    while type(array).__name__ == "ndarray":
        if array.flags.owndata:
            return True
        array = array.base
    return False


def main_variables():
    """The variables of the main module that are looked at, with their values and marks."""
    found = {}
    for name, thing in islice(main_globals().items(), MOST_NAMES):
        if name[:2] != "__":
            mark = mark_of(thing)
            if mark is not None:
                found[name] = (thing, mark)
    return found


def main_globals():
    """The variables that the functions of the main module have: with the start method spawn, a copy of its own."""
    main = sys.modules.get("__main__")
    own = vars(main)
    for thing in own.values():
        if type(thing) is FUNCTION and thing.__globals__.get("__name__") == own.get("__name__"):
            return thing.__globals__
    return own


def is_same(before, name, thing):
    old, mark = before[name]
    return thing is old and mark_of(thing) == mark


def objects_of(process):
    """The objects that a process has of classes of the program: it may be one itself, and so may be its arguments."""
    found = [process, getattr(process._target, "__self__", None), *process._args, *process._kwargs.values()]
    return [(one, attributes_of(one)) for one in found if is_of_program(one)]


def is_of_program(thing):
    module = sys.modules.get(type(thing).__module__)
    file = getattr(module, "__file__", None)
    return bool(file and paths.is_own(file) and origins.parts_of(thing))


def attributes_of(thing):
    found = {}
    for name, value in islice(origins.parts_of(thing).items(), MOST_NAMES):
        mark = mark_of(value)
        if name[:1] != "_" and mark is not None:
            found[name] = (value, mark)
    return found


def changed_attributes(objects):
    """The attributes that are other than they were: each object, the name, and whether it is the same."""
    for thing, before in objects:
        now = origins.parts_of(thing)
        for name in before:
            if name in now:
                yield thing, name, is_same(before, name, now[name])


# ---- the parent ---------------------------------------------------------------------


def child_starts(process):
    """Before a child is started: returns the objects that it will have."""
    frame = sys._getframe(1)
    while frame is not None:
        if paths.is_own(frame.f_code.co_filename):
            Before.starters.add(frame.f_code.co_name)
        frame = frame.f_back
    if Before.names is None:
        Before.names = main_variables()
        ME.at_exit.append(tell_kept)
    return objects_of(process)


def tell_kept():
    """The variables that are as they were before the first child was started."""
    now = main_globals()
    kept = [name for name in Before.names if name in now and is_same(Before.names, name, now[name])]
    tell_names("memory_kept", kept, starters=",".join(sorted(Before.starters)))


def child_joined(process):
    """The attributes that are as they were before this child was started."""
    found = changed_attributes(process.__dict__.pop("_forklore_objects", None) or ())
    kept = [written(thing, name) for thing, name, is_kept in found if is_kept]
    if kept:
        tell_names("memory_kept", kept, starters=",".join(sorted(Before.starters)))


# ---- the child ----------------------------------------------------------------------


def child_begins(process, is_worker):
    Before.starters = set()
    Before.names = main_variables()
    Before.target = None if is_worker else process._target
    if is_worker:
        after_first_tasks(tell_changed)
        return
    Before.objects = objects_of(process)
    arguments = enumerate(process._args)
    Before.arguments = [(at, one, mark_of(one)) for at, one in arguments if type(one) not in PLAIN]


def child_ends():
    tell_changed()
    tell_changed_arguments()
    tell_changed_attributes()


def tell_changed():
    """The variables of the main module that this child has changed, each with the functions that read it."""
    before, main = Before.names, sys.modules["__main__"]
    if before is None or not paths.is_own(getattr(main, "__file__", None) or "<"):
        return
    now = main_globals()
    for name in [name for name in before if name in now and not is_same(before, name, now[name])]:
        kind = type(before[name][0]).__name__
        before[name] = (now[name], mark_of(now[name]))
        found = uses.GlobalUses(source.tree_of(main.__file__), name)
        if found.writers and getattr(Before.target, "__name__", None) not in found.readers:
            tell("memory_changed", name=name, kind=kind, readers=",".join(sorted(found.readers)))


def tell_changed_arguments():
    """The arguments of the child's function that it has changed, if it makes no other use of them."""
    code = getattr(Before.target, "__code__", None)
    if code is None or not paths.is_own(code.co_filename):
        return
    globals_of = [id(thing) for thing in vars(sys.modules["__main__"]).values()]
    for at, thing, mark in Before.arguments:
        if mark is None or mark_of(thing) == mark or at >= code.co_argcount or id(thing) in globals_of:
            continue
        function = uses.function_at(source.tree_of(code.co_filename), code)
        name = code.co_varnames[at]
        if function is not None and not uses.uses_in(function, name).reads:
            tell("memory_changed", name=name, kind=type(thing).__name__, argument=True)


def tell_changed_attributes():
    """The attributes that this child has changed in the program's own objects, each with the functions that read it."""
    for thing, name, is_kept in changed_attributes(Before.objects):
        if is_kept:
            continue
        kind = type(origins.parts_of(thing)[name]).__name__
        modules = {type(thing).__module__, "__main__"}
        readers, is_changed = set(), False
        for module in modules:
            found = uses.GlobalUses(source.tree_of(sys.modules[module].__file__), "." + name)
            readers |= found.readers
            is_changed |= bool(found.writers)
        if is_changed and not any(may_run(reader, thing) for reader in readers):
            tell("memory_changed", name=written(thing, name), kind=kind, readers=",".join(sorted(readers)))


def may_run(reader, thing):
    """Whether a function with that name may have run in this child."""
    is_process = thing is sys.modules["multiprocessing.process"].current_process()
    return reader == getattr(Before.target, "__name__", None) or (is_process and hasattr(thing, reader))


def written(thing, name):
    return "%s.%s" % (type(thing).__name__, name)
