"""Notices random numbers that several processes draw from the same state: all of them get the same ones.

Whether a generator was only drawn from, and not seeded again, is seen by going on from a copy of its earlier state.
"""

import sys

from .begin import after_first_tasks
from .pipe import tell
from .wrap import wrap

# At most so many blocks of 624 numbers are tried; NumPy's generators may have drawn at most so many numbers.
MOST_BLOCKS, MOST_DRAWN = 100, 1 << 32
BLOCK_BITS = 32 * 624
# PCG64 multiplies its state by this number, and adds one of its own.
PCG64, MASK = 0x2360ED051FC65DA44385DF649FCCF645, (1 << 128) - 1


class Before:
    """The generators when this process began: the name, the object and its state."""

    generators = ()


def hook_random(module):
    """A generator that this process seeds has numbers of its own, even if they are the same ones."""
    for name in ("seed", "setstate"):
        wrap(module, name, before=lambda args, kwargs: forget(module._inst))
        wrap(module.Random, name, before=lambda args, kwargs: forget(args[0]))


def hook_numpy(module):
    for name in ("seed", "set_state"):
        wrap(module, name, before=lambda args, kwargs: forget(module.mtrand._rand))


def forget(generator):
    Before.generators = [each for each in Before.generators if each[1] is not generator]


def child_begins(is_worker):
    Before.generators = [(name, one, state_of(one)) for name, one in generators()]
    if is_worker:
        after_first_tasks(tell_drawn)


def generators():
    """The module's own generators, and those in variables of the main module."""
    random, numpy = sys.modules.get("random"), sys.modules.get("numpy.random")
    kinds = ()
    if random is not None:
        yield "random", random._inst
        kinds += (random.Random,)
    if numpy is not None:
        yield "numpy.random", numpy.mtrand._rand
        kinds += (numpy.RandomState, numpy.Generator)
    for name, one in list(vars(sys.modules["__main__"]).items()):
        # `isinstance` would ask the object for its class, and so run code of the program.
        if issubclass(type(one), kinds) and name[:2] != "__":
            yield name, one


def state_of(one):
    """The state as numbers: what it began with, and how far it has come; `None` where there is none."""
    if hasattr(one, "getstate"):
        if type(one).__name__ == "SystemRandom":
            return None
        numbers = one.getstate()[1]
        return numbers[:-1], numbers[-1]
    if hasattr(one, "get_state"):
        state = one.get_state(legacy=False)
        if state["bit_generator"] != "MT19937":
            return None
        state = state["state"]
        return tuple(state["key"].tolist()), int(state["pos"])
    state = one.bit_generator.state
    if state["bit_generator"] != "PCG64":
        return None
    return state["state"]["inc"], state["state"]["state"]


def tell_drawn():
    unused = []
    for name, one, before in Before.generators:
        after = state_of(one)
        if after == before:
            unused.append((name, one, before))
        elif None not in (before, after) and is_drawn(before, after):
            tell("random_drawn", of=name, state="%x" % (hash(before) & 0xFFFFFFFFFFFFFFFF))
    Before.generators = unused


def is_drawn(before, after):
    """Whether only drawing leads from the one state to the other, which differs."""
    if isinstance(before[0], int):
        return before[0] == after[0] and steps_between(before[1], after[1], before[0]) <= MOST_DRAWN
    if before[0] == after[0]:
        return after[1] > before[1]
    copy = sys.modules["random"].Random()
    copy.setstate((3, before[0] + before[1:], None))
    for _ in range(MOST_BLOCKS):
        copy.getrandbits(BLOCK_BITS)
        if copy.getstate()[1][:-1] == after[0]:
            return True
    return False


def steps_between(state, after, plus):
    """How many steps of PCG64 lead from one state to another."""
    steps, bit, times = 0, 1, PCG64
    while state != after:
        if (state ^ after) & bit:
            state = (state * times + plus) & MASK
            steps |= bit
        bit <<= 1
        plus = (times + 1) * plus & MASK
        times = times * times & MASK
    return steps
