"""Hooks the calls of `os` that take the exit status of a child, which nobody else can see then."""

import os

from .pipe import tell
from .wrap import wrap


def hook():
    for name in ("wait", "waitpid", "wait3", "wait4"):
        if hasattr(os, name):
            wrap(os, name, after=waited)
    if hasattr(os, "waitid"):
        wrap(os, "waitid", after=waited_by_id)


def waited(note, result, args):
    child, status = result[0], result[1]
    if child <= 0:
        return
    if os.WIFEXITED(status):
        tell("reaped", child=child, exitcode=os.WEXITSTATUS(status))
    elif os.WIFSIGNALED(status):
        tell("reaped", child=child, exitcode=-os.WTERMSIG(status))


def waited_by_id(note, result, args):
    if result is None:
        return
    if result.si_code == os.CLD_EXITED:
        tell("reaped", child=result.si_pid, exitcode=result.si_status)
    elif result.si_code in (os.CLD_KILLED, os.CLD_DUMPED):
        tell("reaped", child=result.si_pid, exitcode=-result.si_status)
