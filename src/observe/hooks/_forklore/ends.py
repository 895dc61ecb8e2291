"""Hooks the places where a Python begins to end, to tell its own joins from the program's."""

import atexit

from .begin import ME, exiting
from .wrap import safe, wrap


def hook_util(module):
    # Registered after the library's own end, so called before it.
    atexit.register(safe(exiting))
    wrap(module, "_exit_function", before=child_exits)


def child_exits(args, kwargs):
    ME.exiting = True
