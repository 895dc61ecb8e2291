"""One case of the demo `failures`: a task fails among others, in one kind of pool.

    python3 failure_case.py WAY FAILURE START_METHOD

It prints `begun` once a worker is there, and then one JSON object: what the caller
got. It is a program of its own because some failures end it, and others leave a pool
that cannot be closed.
"""

import concurrent.futures
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures.process import BrokenProcessPool

from usage import now

# How long an answer is waited for: then it counts as none.
LIMIT_S = 1.0
# How long the first answer of a new pool may take: its workers have to start.
START_LIMIT_S = 6.0
OTHERS = 4
NO_ANSWER = (multiprocessing.TimeoutError, concurrent.futures.TimeoutError)


# ---- tasks ------------------------------------------------------------------------


class Unsendable(Exception):
    """Has something in it that cannot be pickled."""

    def __init__(self):
        super().__init__("deliberate error")
        self.lock = threading.Lock()


class Unreadable(Exception):
    """Can be pickled; but unpickling calls it with its message alone."""

    def __init__(self, code, place):
        super().__init__(f"deliberate error {code} in {place}")


def answer(number):
    time.sleep(0.02)
    return number + 1


def fail(failure):
    if failure == "exception":
        raise ValueError("deliberate error")
    if failure == "cannot be sent":
        raise Unsendable
    if failure == "cannot be read":
        raise Unreadable(3, "a task")
    if failure == "exit":
        sys.exit(3)
    if failure == "killed":
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    time.sleep(60)  # the program that started this one ends it long before


# ---- kinds of pools ---------------------------------------------------------------


class ProcessPool:
    """`multiprocessing.Pool`."""

    def __init__(self):
        self.pool = multiprocessing.Pool(2)

    def submit(self, function, argument):
        return self.pool.apply_async(function, (argument,)).get

    def end(self):
        self.pool.terminate()
        return "terminate()"


class Executor:
    """`ProcessPoolExecutor`."""

    def __init__(self):
        self.pool = concurrent.futures.ProcessPoolExecutor(2)

    def submit(self, function, argument):
        return self.pool.submit(function, argument).result

    def end(self):
        if hasattr(self.pool, "kill_workers"):  # since 3.14
            self.pool.kill_workers()
            return "kill_workers()"
        for worker in multiprocessing.active_children():
            worker.kill()
        return "kill() of each worker"


class Threads(Executor):
    """`ThreadPoolExecutor`."""

    def __init__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(2)

    def end(self):
        self.pool.shutdown(wait=False)
        return "shutdown()"


WAYS = {"Pool": ProcessPool, "executor": Executor, "threads": Threads}


# ---- the caller -------------------------------------------------------------------


def play(way, failure):
    """Lets a task fail among others, and tells what its caller gets."""
    pool = WAYS[way]()
    pool.submit(answer, 0)(timeout=START_LIMIT_S)
    print("begun", flush=True)
    first = [pool.submit(answer, number) for number in range(OTHERS // 2)]
    began = now()
    doomed = pool.submit(fail, failure)
    rest = submit_all(pool, OTHERS // 2)
    outcome, error = wait_for(doomed, failure)
    told = {"outcome": outcome, "error": error, "after": now() - began}
    until = now() + LIMIT_S
    told["others"] = sum(has_result(get, until) for get in first + rest)
    told["usable"] = any(has_result(get, now() + LIMIT_S) for get in submit_all(pool, 1))
    if failure == "never ends":
        told["ended_by"] = end_task(pool)
    return told


def submit_all(pool, number):
    """New tasks; fewer if the pool takes no more."""
    taken = []
    try:
        for task in range(number):
            taken.append(pool.submit(answer, task))
    except (BrokenProcessPool, ValueError):
        pass
    return taken


def wait_for(get, failure):
    """What the caller gets, in a word or two and in full."""
    try:
        get(timeout=LIMIT_S)
    except NO_ANSWER:
        return "no answer", f"no answer within {LIMIT_S:g} s"
    except BaseException as error:
        return classify(error, failure), f"{type(error).__name__}: {error}"
    return "no error", "no error"


def classify(error, failure):
    if isinstance(error, BrokenProcessPool):
        return "broken pool"
    own = {
        "exception": ValueError,
        "cannot be sent": Unsendable,
        "cannot be read": Unreadable,
        "exit": SystemExit,
    }
    is_own = isinstance(error, own.get(failure, ()))
    return "its error" if is_own else "another error"


def has_result(get, until):
    try:
        get(timeout=max(0.0, until - now()))
    except Exception:
        return False
    return True


def end_task(pool):
    """Ends a task that does not end by itself, and tells by what."""
    call = pool.end()
    until = now() + LIMIT_S
    while still_runs(pool) and now() < until:
        time.sleep(0.01)
    return "nothing" if still_runs(pool) else call


def still_runs(pool):
    if isinstance(pool, Threads):
        return any(thread.is_alive() for thread in pool.pool._threads)
    return bool(multiprocessing.active_children())


def end_with_parent():
    """Ends this program and its children if the program that started it has ended."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.2)
    os.killpg(0, signal.SIGKILL)


def main():
    way, failure, method = sys.argv[1:]
    multiprocessing.set_start_method(method)
    if hasattr(os, "killpg"):
        threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        told = play(way, failure)
    except Exception as error:
        told = {"failed": f"{type(error).__name__}: {error}"}
    print(json.dumps(told), flush=True)
    # It may be impossible to close the pool. Its processes end with this group.
    os._exit(0)


if __name__ == "__main__":
    main()
