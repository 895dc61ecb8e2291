"""process: the life of one child process, moment by moment.

What Python knows of it (pid, is_alive, exitcode) stands beside what the system knows.
An ended child stays in the system's list, as a zombie, until its parent asks how it
ended; for the child of a fork server, that is the fork server.
"""

import multiprocessing
import os
import time

import forklore
from forklore import PATIENCE
from usage import now, stat_fields

GONE = "gone"
STATES = {"R": "running", "Z": "zombie", "X": GONE, "T": "stopped", "t": "stopped"}


def main():
    settings = forklore.begin()
    settings.resolved()
    story = Story()
    pipe, childs_end = settings.mp.Pipe()
    process = settings.mp.Process(target=greet, args=(childs_end,), daemon=True)
    story.moment("created", process)
    asked = now()
    process.start()
    childs_end.close()
    worker = forklore.process_started(process)
    try:
        story.moment("started", process)
        name, pid, parent = hear(pipe)  # from here on it is inside its target
        forklore.worker_ready(worker, now() - asked)
        story.moment("running", process)
        tell_identities(process, name, pid, parent)
        pipe.send("go on")
        await_end(process.pid)
        story.moment("ended", process)
        forklore.await_process(process)
        forklore.worker_exited(worker, process.exitcode)
        story.moment("joined", process)
    finally:
        if process.exitcode is None:
            process.kill()
    for method in multiprocessing.get_all_start_methods():
        tell_unguarded(method)


def tell_unguarded(method):
    """Whether the child of a program without the main guard runs, by start method."""
    printed = forklore.run_program("without_guard.py", method)
    if printed.lstrip("-").isdigit():
        code = forklore.count(int(printed))
        ran = forklore.flag(printed == "0")
    elif printed:
        code = forklore.missing(f"no child was started: `start` raised {printed}")
        ran = forklore.flag(False)
    else:
        code = forklore.missing("the program without the guard gave no answer")
        ran = code
    forklore.observe("unguarded_ran", ran, start_method=method)
    forklore.observe("unguarded_exitcode", code, start_method=method)


def hear(pipe):
    if not forklore.patiently(pipe.poll):
        raise forklore.WorkerFailed("the child says nothing")
    return pipe.recv()


def greet(parent):
    """The child's half: says who it is, waits for the word, greets, and ends."""
    me = multiprocessing.current_process()
    parent.send((me.name, os.getpid(), os.getppid()))
    if parent.poll(PATIENCE):
        print(f"Greetings from a process of my own, PID {os.getpid()}.")


def await_end(pid):
    """Waits until the system says that it ended, without asking how."""

    def ended(step_s):
        until = now() + step_s
        while now() < until:
            if system_view(pid)[0] in ("zombie", GONE, "not reported here"):
                return True
            time.sleep(0.0002)
        return False

    if not forklore.patiently(ended):
        raise forklore.WorkerFailed(f"PID {pid} does not end")


def system_view(pid):
    """The state of a process, and its parent, in the system's own list."""
    if not os.path.exists("/proc/self/stat"):
        return "not reported here", None
    fields = stat_fields(f"/proc/{pid}/stat")
    if fields is None:
        return GONE, None
    return STATES.get(fields[0].decode(), "waiting"), int(fields[1])


class Story:
    """Tells what can be known of the child at each moment of its life."""

    def __init__(self):
        self.began = now()

    def moment(self, moment, process):
        after_s = now() - self.began
        # The system is asked first: is_alive and exitcode may collect the child.
        state, parent = "no process yet", None
        if process.pid is not None:
            state, parent = system_view(process.pid)
        forklore.observe("after", forklore.seconds(after_s), moment=moment)
        forklore.observe("pid", pid_or_none(process.pid), moment=moment)
        parent = forklore.nothing() if parent is None else forklore.pid_value(parent)
        forklore.observe("parent_pid", parent, moment=moment)
        forklore.observe("state", forklore.text(state), moment=moment)
        forklore.observe("alive", forklore.flag(process.is_alive()), moment=moment)
        code = process.exitcode
        code = forklore.text("None") if code is None else forklore.count(code)
        forklore.observe("exitcode", code, moment=moment)


def pid_or_none(pid):
    return forklore.text("None") if pid is None else forklore.pid_value(pid)


def tell_identities(process, name, pid, parent):
    """What either side says about the child."""
    sides = {
        "parent": (process.name, process.pid, os.getpid()),
        "child": (name, pid, parent),
    }
    for side, (name, pid, parent) in sides.items():
        labels = {"side": side}
        forklore.observe("identity", forklore.text(name), what="name", **labels)
        forklore.observe("identity", forklore.pid_value(pid), what="PID", **labels)
        forklore.observe(
            "identity", forklore.pid_value(parent), what="parent PID", **labels
        )


if __name__ == "__main__":
    main()
