"""Hooks the calls of `os` that take the exit status of a child, which nobody else can see then."""

import os

from .pipe import now, tell
from .wrap import wrap


def hook():
    for name in ("wait", "waitpid", "wait3", "wait4"):
        if hasattr(os, name):
            wrap(os, name, after=waited)
    if hasattr(os, "waitid"):
        wrap(os, "waitid", after=waited_by_id)
    if hasattr(os, "system"):
        wrap(os, "system", before=lambda args, kwargs: now(), after=command_done)


def waited(note, result, args):
    child, code = result[0], code_of(result[1])
    if child > 0 and code is not None:
        tell("reaped", child=child, exitcode=code)


def command_done(began, status, args):
    """`os.system` waits for its child itself, and does not tell its PID."""
    code = code_of(status)
    if code is not None:
        tell("command_done", began=began, exitcode=code)


def code_of(status):
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else None


def waited_by_id(note, result, args):
    if result is None:
        return
    if result.si_code == os.CLD_EXITED:
        tell("reaped", child=result.si_pid, exitcode=result.si_status)
    elif result.si_code in (os.CLD_KILLED, os.CLD_DUMPED):
        tell("reaped", child=result.si_pid, exitcode=-result.si_status)
