"""Remembers which locks other threads held at a fork: in the child nobody is left to release them."""

import sys
from _thread import get_ident

from . import blocking, source


def before_fork():
    blocking.HELD_AT_FORK.clear()
    for ident, innermost in sys._current_frames().items():
        if ident != get_ident():
            blocking.HELD_AT_FORK.update(held_by(innermost))


def held_by(innermost):
    for at, frame in enumerate(source.learner_frames(innermost)):
        for node in source.held_in(frame, at == 0):
            lock = source.value_of(node, frame)
            if isinstance(lock, blocking.LOCK_TYPES):
                yield id(lock)
