"""isolation: a worker changes a variable. Does its parent see it?

A thread changes the one variable that there is. A process changes its own: a copy
that it was sent, or a global that it inherited (fork) or made anew (spawn,
forkserver). Only memory that both asked to share is the same memory.
"""

import os
import threading

import forklore

BEFORE = 100  # what the parent has
ADDED = 42  # what the worker adds

# A spawned child imports this module anew, and so begins with this line.
number = 0


def change_global():
    """Adds to the global variable, and returns who did it, before, after."""
    global number
    before = number
    number = before + ADDED
    return os.getpid(), before, number


def main():
    settings = forklore.begin()
    settings.resolved()
    by_thread()
    by_process(settings, "process, global", global_in_process, ())
    by_process(settings, "process, argument", argument_in_process, (BEFORE,))
    by_shared_memory(settings)


def by_thread():
    global number
    number = BEFORE
    seen = []
    thread = threading.Thread(target=lambda: seen.append(change_global()), daemon=True)
    thread.start()
    forklore.join_all([thread])
    tell("thread, shared variable", seen[0], number)


def by_process(settings, way, target, arguments):
    global number
    number = BEFORE
    seen = ask_child(settings, target, arguments)
    tell(way, seen, number)


def by_shared_memory(settings):
    value = settings.mp.Value("q", BEFORE)
    seen = ask_child(settings, shared_in_process, (value,))
    tell("process, shared memory", seen, value.value)


def ask_child(settings, target, arguments):
    _, seen = forklore.run_children(settings, target, [arguments])
    return seen[0]


def global_in_process(parent):
    forklore.at_gate(parent)
    parent.send(change_global())


def argument_in_process(argument, parent):
    forklore.at_gate(parent)
    before = argument
    argument = before + ADDED
    parent.send((os.getpid(), before, argument))


def shared_in_process(value, parent):
    forklore.at_gate(parent)
    before = value.value
    value.value = before + ADDED
    parent.send((os.getpid(), before, value.value))


def tell(way, seen, parent_after):
    pid, before, after = seen
    forklore.observe("worker_pid", forklore.pid_value(pid), way=way)
    forklore.observe("worker_before", forklore.count(before), way=way)
    forklore.observe("worker_after", forklore.count(after), way=way)
    forklore.observe("parent_before", forklore.count(BEFORE), way=way)
    forklore.observe("parent_after", forklore.count(parent_after), way=way)


if __name__ == "__main__":
    main()
