"""Hooks a module of the library when the program imports it, and never imports one itself."""

import sys

HOOKS = {
    "traceback": ("wrap", "print_without_us"),
    "time": ("sleeps", "hook_time"),
    "asyncio.tasks": ("sleeps", "hook_asyncio"),
    "signal": ("streams", "hook_signal"),
    "threading": ("threads", "hook"),
    "multiprocessing.process": ("processes", "hook"),
    "multiprocessing.context": ("processes", "hook_context"),
    "multiprocessing.util": ("ends", "hook_util"),
    "multiprocessing.popen_spawn_posix": ("starting", "hook_popen"),
    "multiprocessing.popen_forkserver": ("starting", "hook_popen"),
    "multiprocessing.queues": ("queues", "hook"),
    "multiprocessing.synchronize": ("origins", "hook_locks"),
    "multiprocessing.connection": ("queues", "hook_connection"),
    "multiprocessing.sharedctypes": ("values", "hook_values"),
    "multiprocessing.managers": ("copies", "hook"),
    "random": ("randoms", "hook_random"),
    "numpy.random": ("randoms", "hook_numpy"),
    "multiprocessing.pool": ("pools", "hook"),
    "concurrent.futures._base": ("executors", "hook_base"),
    "concurrent.futures.process": ("executors", "hook_processes"),
    "concurrent.futures.thread": ("executors", "hook_threads"),
}


def apply(name, module):
    where, function = HOOKS[name]
    try:
        ours = __import__("_forklore." + where, fromlist=[function])
        getattr(ours, function)(module)
    except Exception:
        pass


class Loader:
    """Loads with the true loader, gives it its place back, and hooks what it made."""

    def __init__(self, name, loader):
        self.name = name
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        apply(self.name, module)


class Finder:
    """First among the finders; it only looks at a few names."""

    def find_spec(self, name, path=None, target=None):
        if name not in HOOKS:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec = find(name, path, target)
            if spec is None:
                continue
            if hasattr(spec.loader, "exec_module"):
                spec.loader = Loader(name, spec.loader)
            return spec
        return None


def install():
    for name in HOOKS:
        if name in sys.modules:
            apply(name, sys.modules[name])
    sys.meta_path.insert(0, Finder())
