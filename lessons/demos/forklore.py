"""What all the demos share: settings, events, and children that line up.

A demo tells what happens as *events*, one JSON object a line. Only the main process
writes them; children tell their figures to it through a Pipe. The events go to the
file or named pipe that FORKLORE_EVENTS names, or else to standard output.
"""

import json
import math
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from multiprocessing.connection import wait as wait_for_any

from patience import (  # noqa: F401  some of them are for the demos
    PATIENCE,
    WorkerFailed,
    WorkLeftOver,
    answer_of,
    await_process,
    join_all,
    next_of,
    patiently,
)
from usage import native_id, now, stat_fields

# Should a demo hang all the same, it fails after this time, if it is not told another.
LONGEST_S = 60


class TimeIsUp(BaseException):
    """The demo took too long. No `except Exception` holds this one up."""


# ---- settings ---------------------------------------------------------------------


class Settings:
    """The settings of a run: those that were asked for, else the demo's defaults."""

    def __init__(self, given, defaults):
        def setting(name, otherwise=None):
            value = given.get(name)
            return defaults.get(name, otherwise) if value is None else value

        self.cores = setting("cores_usable") or usable_cores()
        self.workers = setting("workers")
        self.trials = setting("trials")
        self.trials_asked = given.get("trials") is not None
        self.size = setting("size")
        self.size_asked = given.get("size") is not None
        self.workload = setting("workload")
        self.repeat = setting("repeat")
        self.unbuffered = bool(setting("unbuffered", False))
        self.order = setting("order")
        self.scheduler = setting("scheduler")
        self.backends = given.get("backends") or defaults.get("backends", [])
        self.start_method = usable_start_method(given.get("start_method"))
        self.seed = setting("seed")
        self.budget_s = setting("budget_s", 4.0)
        # How long work may take. Whoever waits has then time left to tell it.
        self.patience = max(PATIENCE, (setting("limit_s") or LONGEST_S) / 2)
        self.began = now()
        # Makes processes, pipes, queues and pools; they start in this way from now on.
        multiprocessing.set_start_method(self.start_method, force=True)
        self.mp = multiprocessing

    def enough(self, trials):
        """Whether so many trials are enough: two are, once the time is used up."""
        used_up = now() - self.began > self.budget_s
        if used_up and trials >= 2 and trials < self.trials and not self.trials_asked:
            note(f"only {trials} trials: then the time for this demo was used up")
            return True
        return False

    def resolved(self):
        """Tells which settings are in force, once the demo filled in its own."""
        names = (
            "workers trials size workload repeat unbuffered order scheduler "
            "backends start_method seed"
        )
        params = {name: getattr(self, name) for name in names.split()}
        emit("resolved", params=params)


def begin(**defaults):
    """Reads the settings and opens the events: the first call of every demo."""
    given = {}
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            given = json.load(file)
    open_events()
    # Whoever reads the events also sees to the time, and knows when we were stopped.
    if hasattr(signal, "SIGALRM") and not os.environ.get("FORKLORE_EVENTS"):
        signal.signal(signal.SIGALRM, time_is_up)
        signal.alarm(math.ceil(given.get("limit_s") or LONGEST_S))
    return Settings(given, defaults)


def time_is_up(signal_number, frame):
    raise TimeIsUp("the demo did not end in time")


def usable_cores():
    """The cores that this process may run on, which may be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def usable_start_method(name):
    """How children start: as asked if this platform can, else by its own default."""
    if name in multiprocessing.get_all_start_methods():
        return name
    usual = multiprocessing.get_start_method()
    if name:
        note(f"{name} cannot be used here; children start by {usual}")
    return usual


def has_gil():
    """Whether this Python runs bytecode under a global interpreter lock, now."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


# ---- events -----------------------------------------------------------------------

_events = None
_workers = 0


def open_events():
    """Opens the event stream, once, in the main process."""
    global _events
    path = os.environ.get("FORKLORE_EVENTS")
    if path:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        _events = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
    else:
        # A copy, since a demo may send its standard output somewhere else.
        _events = os.dup(1)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=close_events)


def close_events():
    """A forked child has a copy of everything, of the event stream too: let it go."""
    global _events
    if _events is not None:
        os.close(_events)
        _events = None


def emit(event, **fields):
    """Writes one event. One line is one write, so lines never mix."""
    if _events is None:
        return
    fields["event"] = event
    line = json.dumps(fields, sort_keys=True) + "\n"
    os.write(_events, line.encode("utf-8"))


def observe(name, value, **labels):
    """Tells a figure: `observe("lost", count(3), lock="no")`."""
    labels = {key: str(label) for key, label in labels.items()}
    emit("observed", name=name, labels=labels, value=value)


def note(text):
    """Tells a caveat or an explanation that the reader of the report needs."""
    emit("noted", text=text)


def progress(done, of, doing):
    """Tells whoever watches where a long demo is."""
    emit("progress", done=done, of=of, doing=doing)


def skip(backend, why):
    """Tells that a backend cannot run, and why."""
    emit("backend_skipped", backend=backend, why=str(why))


# A figure travels with its kind, so that the report knows its unit.


def text(words):
    return {"kind": "text", "value": str(words)}


def count(number):
    return {"kind": "count", "value": int(number)}


def seconds(number):
    return {"kind": "seconds", "value": finite(number)}


def size_in_bytes(number):
    if number is None:
        return missing("not reported by this system")
    return {"kind": "bytes", "value": int(number)}


def share(number):
    return {"kind": "share", "value": finite(number)}


def rate(number):
    return {"kind": "rate", "value": finite(number)}


def pid_value(number):
    return {"kind": "pid", "value": number}


def flag(yes):
    return {"kind": "flag", "value": bool(yes)}


def missing(why):
    return {"kind": "missing", "value": why}


def nothing():
    return {"kind": "nothing"}


def finite(number):
    """JSON has no infinity and no NaN: both become null, which means "no figure"."""
    return number if math.isfinite(number) else None


# ---- workers ----------------------------------------------------------------------


def worker_started(name, kind, pid, tid, backend=None, trial=None):
    """Tells that a worker exists; returns its number."""
    global _workers
    _workers += 1
    emit(
        "worker_started",
        worker=_workers - 1,
        name=name,
        kind=kind,
        backend=backend,
        trial=trial,
        pid=pid,
        tid=tid,
        ppid=parent_of(pid),
    )
    return _workers - 1


def worker_ready(worker, startup_s):
    """Tells that a worker stands at the start gate."""
    emit("worker_ready", worker=worker, startup_s=startup_s)


def work_finished(worker, usage):
    """Tells that its work is done, and what it used for that."""
    emit("work_finished", worker=worker, usage=usage)


def worker_exited(worker, exitcode=None, usage=None):
    """Tells that it ended; a thread has no exit code."""
    emit("worker_exited", worker=worker, exitcode=exitcode, usage=usage)


def main_started(backend=None, trial=None):
    """Tells that the main process is a worker itself."""
    return worker_started(
        "MainProcess", "main", os.getpid(), native_id(), backend, trial
    )


def process_started(process, backend=None, trial=None):
    """Tells that a child process was started."""
    # On Linux a process's first thread has the number of the process.
    tid = process.pid if sys.platform.startswith("linux") else None
    return worker_started(process.name, "process", process.pid, tid, backend, trial)


def parent_of(pid):
    """A process's parent. The child of a fork server is not a child of ours."""
    if pid == os.getpid():
        return os.getppid()
    fields = stat_fields(f"/proc/{pid}/stat")
    return int(fields[4 - 3]) if fields else os.getpid()


class Child:
    """A child process with a Pipe to its parent, told as a worker.

    Its target gets the child's end of the Pipe as its last argument. It is a daemon:
    should the demo fail, Python ends it instead of waiting for it.
    """

    def __init__(self, settings, target, args=(), backend=None, trial=None, **more):
        self.pipe, childs_end = settings.mp.Pipe()
        self.process = settings.mp.Process(
            target=target, args=tuple(args) + (childs_end,), **more
        )
        if "daemon" not in more:
            self.process.daemon = True
        self.patience = settings.patience
        self.asked = now()
        self.process.start()
        # Ours is only a copy; without it we notice when the child is gone.
        childs_end.close()
        self.worker = process_started(self.process, backend, trial)

    def hear(self):
        """What the child says next."""
        name = self.process.name
        try:
            if patiently(self.pipe.poll, self.patience):
                return self.pipe.recv()
        except (EOFError, OSError):
            self.await_end()
            code = self.process.exitcode
            raise WorkerFailed(f"{name} ended early, exit code {code}")
        raise WorkerFailed(f"{name} said nothing for {self.patience:g} s")

    def ready(self):
        """Waits until the child stands at the start gate."""
        worker_ready(self.worker, self.hear() - self.asked)

    def open_gate(self, word=None):
        """Lets it go."""
        try:
            self.pipe.send(word)
        except OSError:
            pass  # it is gone: `hear` will tell

    def join(self):
        """Waits for its end, and tells it; whoever does not end is ended."""
        self.await_end()
        if self.process.exitcode is None:
            self.end()
        self.pipe.close()
        worker_exited(self.worker, self.process.exitcode)
        return self.process.exitcode

    def await_end(self):
        await_process(self.process)

    def end(self):
        """Ends it by force."""
        if self.process.exitcode is None:
            self.process.kill()
            self.await_end()


def at_gate(parent):
    """In the child: stands at the start gate until the parent opens it.

    However long that takes: the more children there are, the longer. But it does not
    outlive its parent.
    """
    parent.send(now())
    wait_for_any([parent, multiprocessing.parent_process().sentinel])
    if not parent.poll():
        raise WorkerFailed("the start gate did not open: the parent is gone")
    return parent.recv()


def together(children):
    """Opens the start gate for all once all are there; returns when it opened."""
    for child in children:
        child.ready()
    opened = now()
    for child in children:
        child.open_gate()
    return opened


def end_all(children):
    """Ends those that still run: after a failure nothing may be left behind."""
    for child in children:
        child.end()


def run_children(settings, target, calls, backend=None, trial=None, **more):
    """Runs a child for each of these arguments, and opens the start gate for all.

    Returns when it opened, and what each child said.
    """
    children = []
    try:
        for arguments in calls:
            children.append(Child(settings, target, arguments, backend, trial, **more))
        opened = together(children)
        told = [child.hear() for child in children]
        for child in children:
            child.join()
        return opened, told
    finally:
        end_all(children)


# ---- programs of their own --------------------------------------------------------


def run_program(program, *arguments):
    """What another program of this folder prints; "" if it does not end in time.

    It prints into a file, not a pipe: whoever reads a pipe waits for the children of
    the program too. And it has a process group of its own, so that none is left over.
    """
    folder = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryFile() as output:
        running = subprocess.Popen(
            [sys.executable, os.path.join(folder, program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,  # its children's tracebacks
            start_new_session=True,
        )
        try:
            running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return ""
        finally:
            end_group(running)
        output.seek(0)
        return output.read().decode("utf-8", "replace").strip()


def end_group(leader):
    """Ends a process and the others of its group, if any are left."""
    try:
        os.killpg(leader.pid, signal.SIGKILL)
    except AttributeError:
        leader.kill()  # Windows has no such groups
    except OSError:
        pass  # all are gone
    leader.wait()


# ---- pools ------------------------------------------------------------------------


def make_pool(workers):
    """A Pool whose workers leave Ctrl-C to the main process.

    It reaches all of them at once. A worker that ended by it while it held the lock
    of the task queue would keep the others from ending.
    """
    return multiprocessing.Pool(workers, initializer=stay_with_parent)


def stay_with_parent():
    """In a pool's worker: ends with its parent, however that ends, and not before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_after_parent, daemon=True).start()


def end_after_parent():
    multiprocessing.parent_process().join()
    os._exit(1)


class Members:
    """The processes of a Pool, told as workers."""

    def __init__(self, workers):
        """Makes the pool, and tells who came with it."""
        others = multiprocessing.active_children()
        self.pool = make_pool(workers)
        self.processes = [
            process
            for process in multiprocessing.active_children()
            if process not in others
        ]
        self.processes.sort(key=lambda process: process.pid)
        self.workers = [process_started(process) for process in self.processes]

    def close(self):
        """No more tasks: the workers end when they have done those that there are."""
        self.pool.close()
        self.pool.join()
        self.tell_ends()

    def terminate(self):
        """Ends the workers, whatever they are doing."""
        self.pool.terminate()
        self.pool.join()
        self.tell_ends()

    def tell_ends(self):
        for worker, process in zip(self.workers, self.processes):
            await_process(process)
            worker_exited(worker, process.exitcode)
