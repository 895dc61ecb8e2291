"""inherit: what a child process inherits from its parent, under each start method.

The parent changes a global variable, its environment and its working folder, opens a
file, and has a second thread, which holds a lock. Then it starts a child by each
method, and each child tells what it finds.
"""

import multiprocessing
import os
import tempfile
import threading
import warnings

import forklore
from usage import now

# How long a child waits for the lock if it is held.
LOCK_PATIENCE_S = 0.3

VARIABLE = "FORKLORE_INHERIT"
AS_LOADED = "as loaded"
CHANGED = "changed"

# What a process gets that loads this file, and who has loaded it.
word = [AS_LOADED]
loaded_by = os.getpid()
lock = threading.Lock()


# ---- the parent -------------------------------------------------------------------


def main():
    settings = forklore.begin()
    settings.resolved()
    methods = multiprocessing.get_all_start_methods()
    if "forkserver" in methods:
        # The fork server starts now, before anything is changed.
        start_one(settings, "forkserver", do_nothing)
    with tempfile.TemporaryFile() as file, tempfile.TemporaryDirectory() as folder:
        home = os.getcwd()
        end = hold_lock_in_thread()
        word[0] = CHANGED
        os.environ[VARIABLE] = CHANGED
        os.chdir(folder)
        try:
            for done, method in enumerate(methods):
                forklore.progress(done, len(methods), method)
                compare(settings, method, file)
        finally:
            os.chdir(home)
            end.set()
    forklore.progress(len(methods), len(methods), "done")


def hold_lock_in_thread():
    """Starts the second thread; returns the event that ends it."""
    holds, end = threading.Event(), threading.Event()

    def hold():
        with lock:
            holds.set()
            end.wait()

    threading.Thread(target=hold, daemon=True).start()
    if not holds.wait(forklore.PATIENCE):
        raise forklore.WorkerFailed("the thread did not acquire its lock")
    return end


def compare(settings, method, file):
    """Compares what a child has with what the parent has."""
    ours = look_around(file.fileno())
    theirs = start_one(settings, method, report, file.fileno())
    for thing, has in ours.items():
        if thing == "file":
            has, theirs[thing] = "open", describe_file(has, theirs[thing])
        forklore.observe("parent_has", forklore.text(has), thing=thing, method=method)
        forklore.observe(
            "child_has", forklore.text(theirs[thing]), thing=thing, method=method
        )
        inherited = forklore.flag(theirs[thing] == has)
        forklore.observe("inherited", inherited, thing=thing, method=method)
    runs, held = forklore.flag(theirs["runs"]), forklore.flag(theirs["held"])
    forklore.observe("thread_runs", runs, method=method)
    forklore.observe("lock_held", held, method=method)
    forklore.observe("lock_wait", forklore.seconds(theirs["waited"]), method=method)
    loader = describe_loader(theirs["loaded_by"], theirs["pid"])
    forklore.observe("loaded_by", forklore.text(loader), method=method)


def describe_file(ours, theirs):
    return "open" if theirs == ours else "not open"


def describe_loader(loader, child):
    if loader == os.getpid():
        return "the parent"
    return "the child" if loader == child else "the fork server"


def start_one(settings, method, target, *arguments):
    """Starts a child by this method, and returns what it tells."""

    class Starting:
        mp = multiprocessing.get_context(method)
        patience = settings.patience

    with warnings.catch_warnings():
        # Since 3.12, Python warns of a fork beside threads. Here it is meant.
        warnings.simplefilter("ignore", DeprecationWarning)
        _, told = forklore.run_children(
            Starting, target, [arguments], name=f"Process-{method}"
        )
    return told[0]


# ---- what a process has -----------------------------------------------------------


def look_around(descriptor):
    return {
        "global": word[0],
        "address": hex(id(word)),
        "file": identify(descriptor),
        "environment": os.environ.get(VARIABLE, "not set"),
        "folder": os.path.basename(os.getcwd()),
    }


def identify(descriptor):
    """Which file this descriptor is; None if it is none here."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def count_threads():
    """The threads of this process, as the system counts them where it tells."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def do_nothing(parent):
    forklore.at_gate(parent)
    parent.send("done")


def report(descriptor, parent):
    """In the child: tells what it has."""
    forklore.at_gate(parent)
    told = look_around(descriptor)
    told["runs"] = count_threads() > 1
    began = now()
    told["held"] = not lock.acquire(blocking=False)
    if told["held"]:
        # No thread of this process will release it, so the wait is in vain.
        lock.acquire(timeout=LOCK_PATIENCE_S)
    told["waited"] = now() - began
    told["loaded_by"] = loaded_by
    told["pid"] = os.getpid()
    parent.send(told)


if __name__ == "__main__":
    main()
