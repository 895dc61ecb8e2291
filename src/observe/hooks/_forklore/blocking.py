"""Which functions of Python's library wait, and for what."""

import os
import stat
import sys

from . import origins, paths, source

LOCK_TYPES = (type(__import__("_thread").allocate_lock()), __import__("_thread").RLock)
LOCKS = ("Lock", "RLock")
FUNCTIONS = (type(os.getpid), type(lambda: None))
KINDS = ("Semaphore", "BoundedSemaphore", "RLock")
# The addresses of locks that other threads held when this process was forked.
HELD_AT_FORK = set()

# (module, function) → the kind of the wait. `*` stands for the type of `self`.
WAITS = {
    ("multiprocessing.process", "join"): "Process.join",
    ("multiprocessing.util", "_exit_function"): "Process.join",
    ("multiprocessing.pool", "get"): "result.get",
    ("multiprocessing.pool", "wait"): "result.get",
    ("multiprocessing.pool", "next"): "result.next",
    ("multiprocessing.pool", "join"): "Pool.join",
    ("multiprocessing.pool", "worker"): "tasks",
    ("multiprocessing.queues", "get"): "*.get",
    ("multiprocessing.queues", "put"): "*.put",
    ("multiprocessing.queues", "join"): "*.join",
    ("multiprocessing.queues", "join_thread"): "Queue.flush",
    ("multiprocessing.queues", "_finalize_join"): "Queue.flush",
    ("multiprocessing.connection", "recv"): "Connection.recv",
    ("multiprocessing.connection", "recv_bytes"): "Connection.recv",
    ("multiprocessing.connection", "recv_bytes_into"): "Connection.recv",
    ("multiprocessing.connection", "send"): "Connection.send",
    ("multiprocessing.connection", "send_bytes"): "Connection.send",
    ("multiprocessing.connection", "accept"): "Listener.accept",
    ("multiprocessing.connection", "poll"): "Connection.poll",
    ("multiprocessing.connection", "wait"): "connection.wait",
    ("multiprocessing.synchronize", "__enter__"): "Lock",
    ("multiprocessing.synchronize", "wait"): "*.wait",
    ("multiprocessing.synchronize", "wait_for"): "*.wait",
    ("multiprocessing.managers", "_callmethod"): "proxy",
    ("threading", "wait"): "*.wait",
    ("threading", "wait_for"): "*.wait",
    ("threading", "acquire"): "Lock",
    ("threading", "__enter__"): "Lock",
    ("threading", "join"): "Thread.join",
    ("threading", "_shutdown"): "Thread.join",
    ("queue", "get"): "*.get",
    ("queue", "put"): "*.put",
    ("queue", "join"): "*.join",
    ("concurrent.futures._base", "result"): "Future.result",
    ("concurrent.futures._base", "exception"): "Future.result",
    ("concurrent.futures._base", "wait"): "futures.wait",
    ("concurrent.futures._base", "as_completed"): "futures.wait",
    ("concurrent.futures.process", "shutdown"): "Executor.shutdown",
    ("concurrent.futures.thread", "shutdown"): "Executor.shutdown",
    ("concurrent.futures.process", "_process_worker"): "tasks",
    ("concurrent.futures.thread", "_worker"): "tasks",
    ("subprocess", "wait"): "command",
    ("subprocess", "communicate"): "command",
}


class Wait:
    """For what a thread waits: the kind, the object if there is one, how it is written, whether it has a time limit."""

    def __init__(self, on, thing=None, text=None, is_bounded=False):
        self.on, self.thing, self.text = on, thing, text
        self.is_bounded = is_bounded


def wait_of(frame):
    """The wait of a thread whose innermost frame is this; `None` if it is at none that is known."""
    chain = []
    own = None
    for each in source.stack(frame):
        if paths.is_own(each.f_code.co_filename):
            own = each
            break
        chain.append(each)
    for each in reversed(chain):
        on = WAITS.get((each.f_globals.get("__name__"), each.f_code.co_name))
        # Before a process joins its children at its end, it empties its queues.
        is_between = each.f_code.co_name == "_exit_function" and not each.f_locals.get("p")
        if on is not None and not is_between:
            return library_wait(on, each, own)
    library = [each for each in chain if not each.f_code.co_filename.startswith(paths.FOLDER)]
    if library:
        outer = library[-1]
        name = "%s.%s" % (outer.f_globals.get("__name__", "?"), outer.f_code.co_name)
        return Wait("call", text=name)
    return own_wait(own) if own is not None else None


def library_wait(on, frame, own):
    names = frame.f_locals
    thing = names.get("self")
    if on.startswith("*"):
        on = kind_of(thing) + on[1:]
    elif on == "Lock":
        on = kind_of(thing).replace("Bounded", "") if kind_of(thing) in KINDS else on
    if frame.f_code.co_name == "_exit_function":
        thing = names.get("p")
    if frame.f_code.co_name == "_shutdown":
        thing = last_thread()
    if on == "Queue.flush" and thing is None:
        thing = flushed_queue(names)
    bounded = names.get("timeout") is not None or names.get("block") is False
    bounded |= names.get("blocking") is False or on == "Connection.poll" and names.get("timeout") == 0.0
    text = written_object(own, thing) if own is not None else None
    if on == "proxy":
        on = "proxy." + names.get("methodname", "?")
        bounded = names.get("args", ()) not in ((), (True,)) or bool(names.get("kwds"))
    return Wait(on, thing, text, bounded)


def kind_of(thing):
    """The library's own class of an object, below the classes that the learner made of it."""
    if isinstance(thing, LOCK_TYPES):
        return "RLock" if isinstance(thing, LOCK_TYPES[1]) else "Lock"
    for each in type(thing).__mro__:
        if each.__module__.startswith(("multiprocessing.", "threading", "queue", "_thread", "_queue")):
            return each.__name__
    return type(thing).__name__


def last_thread():
    """A thread of the program for which Python waits at its end."""
    threads = sys.modules["threading"]._active.values()
    main = sys.modules["threading"].main_thread()
    return next((one for one in threads if one is not main and not one.daemon), main)


def flushed_queue(names):
    """The writing end of the queue whose thread still has something to write."""
    thread = names.get("thread") or names.get("twr", lambda: None)()
    for one in getattr(thread, "_args", ()):
        end = getattr(one, "__self__", None)
        if hasattr(end, "fileno"):
            return end
    return None


def written_object(frame, thing):
    """How the learner's line writes the object that it waits for."""
    for _, node, _ in source.current(frame):
        if source.value_of(node, frame) is thing:
            return source.text_of(node, frame)
    return None


def own_wait(frame):
    """The learner's own line calls something that is no Python."""
    for call, node, method in source.current(frame):
        thing = source.value_of(node, frame)
        text = source.text_of(node, frame)
        if is_lock(thing) and method in ("acquire", "__enter__"):
            return Wait(kind_of(thing).replace("Bounded", ""), thing, text, has_limit(call))
        if type(thing).__module__ == "_queue" and method == "get":
            return Wait("SimpleQueue.get", thing, text, has_limit(call))
        function = thing if method == "__call__" else source.attribute_of(thing, method)
        is_function = isinstance(function, FUNCTIONS)
        name = function.__name__ if is_function else None
        module = function.__module__ if is_function else None
        if (module, name) == ("time", "sleep"):
            return Wait("sleep", None, source.text_of(call, frame), True)
        if (module, name) == ("builtins", "input"):
            return Wait("input")
        if module == "posix" and name in ("wait", "waitpid", "wait3", "wait4", "waitid"):
            return Wait("os.wait", None, source.text_of(call, frame))
        if thing is not source.UNKNOWN:
            return Wait("call", None, source.text_of(call, frame))
    return None


def is_lock(thing):
    return isinstance(thing, LOCK_TYPES) or "_semlock" in origins.parts_of(thing)


def has_limit(call):
    plain, named = source.arguments_of(call)
    is_forever = all(value is True for value in plain) and not plain[1:]
    is_plain = all(key in ("block", "blocking") and named[key] is True for key in named)
    return not (is_forever and is_plain)


def state_of(wait):
    """What is special about the object of a wait, in one word with its figure."""
    thing, on = wait.thing, wait.on
    if on in ("result.get", "result.next"):
        return pool_state(origins.parts_of(thing).get("_pool"))
    if on == "Pool.join":
        return pool_state(thing)
    if on == "Connection.recv":
        return recv_state(thing)
    if on == "JoinableQueue.join":
        left = thing._unfinished_tasks._semlock._get_value()
        return "unfinished-%d" % left if thing.empty() else None
    if on.endswith("Queue.join"):
        return "unfinished-%d" % thing.unfinished_tasks if not thing.queue else None
    if on == "Barrier.wait":
        return "parties-%d-%d" % (thing.n_waiting, thing.parties)
    if on in LOCKS and id(thing) in HELD_AT_FORK:
        return "held-at-fork"
    if on == "Process.join":
        return "pid-%d" % thing.pid
    if on == "Thread.join":
        return "tid-%d" % thing.native_id
    if on == "command":
        return "pid-%d" % thing.pid
    return None


def pool_state(pool):
    if pool is None:
        return None
    if pool._state == "TERMINATE":
        return "terminated"
    is_dead = not pool._result_handler.is_alive() and pool._cache
    return "handler-died" if is_dead else "left-%d" % len(pool._cache)


def recv_state(connection):
    pipe = origins.pipe_of(connection)
    peer = origins.PEERS.get(pipe)
    if has_writer(pipe, peer):
        return "writer-open"
    is_pipe = stat.S_ISFIFO(os.fstat(connection.fileno()).st_mode)
    return None if is_pipe or peer else "socket"


def has_writer(pipe, peer):
    """Whether this process itself still has the end open into which others write."""
    for name in os.listdir("/proc/self/fd"):
        try:
            number = os.stat("/proc/self/fd/" + name).st_ino
            with open("/proc/self/fdinfo/" + name) as file:
                flags = next(int(line.split()[1], 8) for line in file if line.startswith("flags"))
        except (OSError, StopIteration):
            continue
        if number == peer or (number == pipe and flags & (os.O_WRONLY | os.O_RDWR) == os.O_WRONLY):
            return True
    return False
