# What is this interpreter? The answer is one line of JSON. It must run on any Python, however old.
import sys

# Where we were started there may be files with the names of modules.
sys.path[:] = [place for place in sys.path if place not in ("", ".")]

import json
import os
import platform
import sysconfig


def start_methods():
    try:
        import multiprocessing
        import _multiprocessing
        return multiprocessing.get_all_start_methods()
    except Exception:
        return []


def has_subinterpreters():
    # With a GIL of its own each: since 3.12. Each version has the module that the programs use there.
    if sys.version_info < (3, 12):
        return False
    name = "_xxsubinterpreters"
    if sys.version_info >= (3, 14):
        name = "concurrent.interpreters"
    elif sys.version_info >= (3, 13):
        name = "_interpreters"
    try:
        __import__(name)
        return True
    except Exception:
        return False


def has_package(name):
    # Found, but not imported: that may take a second.
    try:
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec(name)
        return spec is not None and bool(spec.has_location)
    except Exception:
        return False


def package_folders():
    folders = list(sys.path)
    try:
        # It may not exist yet.
        import site
        folders.append(site.getusersitepackages())
    except Exception:
        pass
    return [folder for folder in folders if folder.endswith("-packages")]


def usable_cpus():
    for count in ("process_cpu_count", "sched_getaffinity", "cpu_count"):
        if count == "sched_getaffinity" and hasattr(os, count):
            return len(os.sched_getaffinity(0))
        if hasattr(os, count):
            return getattr(os, count)()


methods = start_methods()
subinterpreters = has_subinterpreters()
pypy = getattr(sys, "pypy_version_info", None)
answer = {
    "forklore": 1,
    "implementation": platform.python_implementation(),
    "version": platform.python_version(),
    "feature": list(sys.version_info[:2]),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "methods": methods,
    "subinterpreters": subinterpreters,
    # Those that a demo has a use for.
    "packages": [name for name in ["distributed"] if has_package(name)],
    # Where packages are installed: a folder changes when one is.
    "package_folders": package_folders(),
    "cpus": usable_cpus(),
    "executable": sys.executable,
    # Asked last: an import may have switched it on.
    "gil": bool(getattr(sys, "_is_gil_enabled", lambda: True)()),
}
sys.stdout.write("\n" + json.dumps(answer) + "\n")
