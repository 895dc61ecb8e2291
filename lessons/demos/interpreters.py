"""Subinterpreters: several interpreters in one process, each with a GIL of its own.

They came with CPython 3.12, at first in private modules whose names changed, and from
3.14 on as `concurrent.interpreters`. This module makes one thing of the three.
"""

import platform
import sys


def why_not():
    """Why they cannot be shown here; None if they can. The same for each old version."""
    implementation = platform.python_implementation()
    if implementation != "CPython":
        return f"{implementation} has no subinterpreters"
    if sys.version_info < (3, 12):
        return "subinterpreters with a GIL of their own need CPython 3.12 or newer"
    try:
        chosen_way()
    except ImportError as error:
        return f"there are no subinterpreters: {error}"
    return None


def run(script):
    """Makes an interpreter, runs the text of a program in it, and destroys it."""
    chosen_way()(script)


def chosen_way():
    if sys.version_info >= (3, 14):
        from concurrent import interpreters  # noqa: F401

        return run_public
    if sys.version_info >= (3, 13):
        import _interpreters  # noqa: F401

        return run_private_3_13
    import _xxsubinterpreters  # noqa: F401

    return run_private_3_12


def run_public(script):
    from concurrent import interpreters

    interpreter = interpreters.create()
    try:
        interpreter.exec(script)
    finally:
        interpreter.close()


def run_private_3_13(script):
    import _interpreters

    interpreter = _interpreters.create()
    try:
        failure = _interpreters.exec(interpreter, script)
    finally:
        _interpreters.destroy(interpreter)
    if failure is not None:
        raise RuntimeError(failure.formatted)


def run_private_3_12(script):
    import _xxsubinterpreters

    interpreter = _xxsubinterpreters.create()
    try:
        _xxsubinterpreters.run_string(interpreter, script)
    finally:
        _xxsubinterpreters.destroy(interpreter)
