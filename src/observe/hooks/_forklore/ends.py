"""Hooks the places where a Python begins to end, to tell its own joins from the program's."""

import atexit
import os
import sys

from .begin import ME, exiting
from .pipe import PATH, pause, tell
from .wrap import like, safe, wrap

# A daemon that has computed so long, and still does at several looks, is in the middle of something.
LONG_S = 0.05
LOOKS, PAUSE_S = 3, 0.005


def hook_util(module):
    # Called before the library ends the daemons.
    atexit.register(safe(look_at_daemons))
    # Registered after the library's own end, so called before it.
    atexit.register(safe(exiting))
    wrap(module, "_exit_function", before=child_exits)
    keep_tracker_apart(module)
    # The library's own folder for sockets lies in ours: a program that is killed leaves none.
    config = sys.modules["multiprocessing.process"].current_process()._config
    config.setdefault("tempdir", os.path.dirname(PATH))


def keep_tracker_apart(module):
    """Starts the resource tracker in a session of its own.

    A program is ended by killing its process group. Its tracker has to live a moment
    longer, to remove what the others left in shared memory.
    """
    usual = module.spawnv_passfds

    def spawnv_passfds(path, args, passfds):
        if "multiprocessing.resource_tracker" not in str(args[-1]):
            return usual(path, args, passfds)
        import _posixsubprocess

        start = _posixsubprocess.fork_exec
        # In every Python so far, the 16th argument is `call_setsid`.
        _posixsubprocess.fork_exec = lambda *all: start(*all[:15], True, *all[16:])
        try:
            return usual(path, args, passfds)
        finally:
            _posixsubprocess.fork_exec = start

    module.spawnv_passfds = like(spawnv_passfds, usual)


def look_at_daemons():
    children = sys.modules["multiprocessing.process"]._children
    for child in [child for child in children if child.daemon]:
        if child.name.find("PoolWorker") < 0 and is_at_work(child.pid):
            tell("daemon_at_work", child=child.pid)


def is_at_work(pid):
    for _ in range(LOOKS):
        try:
            with open("/proc/%d/stat" % pid, "rb", buffering=0) as file:
                words = file.read(1000).rpartition(b") ")[2].split()
        except OSError:
            return False
        cpu_s = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
        if words[0] != b"R" or cpu_s < LONG_S:
            return False
        pause(PAUSE_S)
    return True


def child_exits(args, kwargs):
    ME.exiting = True
