"""crash: five ways to go wrong, in a thread, in a process, and in a worker of a pool.

An exception ends only its thread or its task. The other four end the process in which
they happen, with all its threads. So a thread's crash happens in a *host*: a child
process that is started to be lost. CPython's Pool replaces a worker that died, but
whoever waits for the lost task waits for ever; ProcessPoolExecutor tells him.
"""

import concurrent.futures
import concurrent.futures.process
import ctypes
import faulthandler
import multiprocessing
import os
import signal
import threading
import time

import forklore
from forklore import PATIENCE, Child, Members, WorkerFailed
from usage import now

# How long a pool's answer is waited for: then it counts as none.
POOL_PATIENCE = 1.5
# How long the lock of a dead process is waited for.
LOCK_PATIENCE = 0.3
OTHERS = 6


# ---- ways to go wrong -------------------------------------------------------------


def raise_exception():
    raise ValueError("deliberate error")


def exit_at_once():
    os._exit(3)


def abort():
    os.abort()


def segfault():
    ctypes.string_at(0)  # reads memory that is not there
    # PyPy returns from that, so the system's answer to such a read is sent by hand.
    signal.raise_signal(signal.SIGSEGV)


def kill_self():
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    time.sleep(PATIENCE)  # the signal comes at once, or not at all


CRASHES = {
    "exception": raise_exception,
    "os._exit": exit_at_once,
    "abort": abort,
    "segfault": segfault,
    "kill": kill_self,
}


def strike(crash):
    """Goes wrong, and leaves no core file and no traceback on the screen."""
    faulthandler.disable()
    try:
        import resource
    except ImportError:
        pass
    else:
        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    CRASHES[crash]()


def be_quiet():
    """In a child that is started to be lost: sends its error output nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


# ---- all of them ------------------------------------------------------------------


def main():
    settings = forklore.begin()
    settings.resolved()
    done, steps = 0, 2 * len(CRASHES) + 1
    tell_lock_left(settings)
    for crash in CRASHES:
        for place, happen in (("thread", in_thread), ("process", in_process)):
            forklore.progress(done, steps, f"{crash} in a {place}")
            done += 1
            happen(settings, crash)
    forklore.progress(done, steps, "all of them in pools")
    in_pools(settings)
    try:
        in_executor(settings)
    except Exception as error:
        forklore.note(f"no ProcessPoolExecutor here: {type(error).__name__}: {error}")
    forklore.progress(steps, steps, "done")


def tell(crash, place, died, how, exitcode, neighbours, program):
    """What was found: who died and how, and who lives on."""
    labels = {"crash": crash, "where": place}
    code = forklore.text("None") if exitcode is None else forklore.count(exitcode)
    forklore.observe("died", forklore.text(died), **labels)
    forklore.observe("how", forklore.text(how), **labels)
    forklore.observe("exitcode", code, **labels)
    forklore.observe("neighbours_live", forklore.flag(neighbours), **labels)
    forklore.observe("program_lives", forklore.flag(program), **labels)


def in_short(exitcode):
    """`exit code 1`, or `signal 11, SIGSEGV`."""
    if exitcode is None or exitcode >= 0:
        return f"exit code {exitcode}"
    return f"signal {-exitcode}, {signal.Signals(-exitcode).name}"


# ---- in a thread ------------------------------------------------------------------


def in_thread(settings, crash):
    host = Child(settings, host_of, (crash,), name=f"Host-of-{crash}")
    try:
        how, neighbour = host.hear()
        host.join()
        died = "thread" if how else "none"
        tell(crash, "thread", died, how or "it returned", None, neighbour, True)
    except WorkerFailed:
        exitcode = host.join()
        how = in_short(exitcode)
        tell(crash, "thread", "process", how, exitcode, False, False)
    finally:
        host.end()


def host_of(crash, parent):
    """Lets one thread crash beside another one, and tells what is left."""
    be_quiet()
    ended_by = []
    threading.excepthook = lambda caught: ended_by.append(caught.exc_type.__name__)
    wake, answered = threading.Event(), threading.Event()

    def neighbour():
        if wake.wait(PATIENCE):
            answered.set()

    beside = threading.Thread(target=neighbour, daemon=True)
    victim = threading.Thread(target=strike, args=(crash,), daemon=True)
    beside.start()
    victim.start()
    victim.join(PATIENCE)
    wake.set()
    lives = answered.wait(PATIENCE)
    how = f"{ended_by[0]}; join returned as always" if ended_by else None
    parent.send((how, lives))


# ---- in a process -----------------------------------------------------------------


def in_process(settings, crash):
    sibling = Child(settings, answer_once, name=f"Sibling-of-{crash}")
    victim = Child(settings, doomed, (crash,), name=f"Victim-of-{crash}")
    try:
        exitcode = victim.join()
        sibling.open_gate("are you there?")
        try:
            answered = sibling.hear() == sibling.process.pid
        except WorkerFailed:
            answered = False
        sibling.join()
        tell(crash, "process", "process", in_short(exitcode), exitcode, answered, True)
    finally:
        forklore.end_all([victim, sibling])


def doomed(crash, parent):
    be_quiet()
    strike(crash)


def answer_once(parent):
    if parent.poll(PATIENCE):
        parent.recv()
        parent.send(os.getpid())


def tell_lock_left(settings):
    """A lock does not learn that the process that held it is dead."""
    lock = settings.mp.Lock()
    holder = Child(settings, hold, (lock,), name="Holder-of-a-lock")
    try:
        holder.hear()
        holder.process.kill()
        holder.join()
        left = not lock.acquire(timeout=LOCK_PATIENCE)
    finally:
        holder.end()
    forklore.observe("lock_left", forklore.flag(left))


def hold(lock, parent):
    with lock:
        parent.send("mine")
        parent.poll(PATIENCE)


# ---- in a worker of a pool --------------------------------------------------------


def doomed_task(crash):
    be_quiet()
    strike(crash)


def answer(number):
    """An ordinary task; long enough that some still wait when the worker dies."""
    time.sleep(0.02)
    return number + 1


class CrashInPool:
    """A pool of two with a doomed task among others: one to lose, one to stay."""

    def __init__(self, settings, crash):
        self.crash = crash
        self.members = Members(2)
        pool = self.members.pool
        self.first = pool.map_async(answer, range(OTHERS // 2))
        self.doomed = pool.apply_async(doomed_task, (crash,))
        self.rest = pool.map_async(answer, range(OTHERS // 2, OTHERS))

    def look(self, until):
        """Waits until then for answers, and tells what came."""
        self.error = self.error_by(until)
        self.answered = count_answers(until, self.first, self.rest)
        last = self.members.pool.map_async(answer, range(OTHERS))
        goes_on = count_answers(now() + POOL_PATIENCE, last) == OTHERS
        self.dead = [p for p in self.members.processes if p.exitcode is not None]
        tell_pool(
            self.crash,
            self.error,
            self.dead[0].pid if self.dead else None,
            self.answered,
            self.replacement() if self.dead else None,
            goes_on,
        )

    def error_by(self, until):
        """The doomed task's error; None if by then there is no answer at all."""
        try:
            self.doomed.get(max(0.0, until - now()))
        except multiprocessing.TimeoutError:
            return None
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return "no error"

    def replacement(self):
        """The PID of a worker that came later than those of the beginning."""
        known = [process.pid for process in self.members.processes]
        for process in getattr(self.members.pool, "_pool", []):
            if process.pid not in known:
                return process.pid
        return None

    def tell(self):
        died, how, exitcode = "none", "the task raised", None
        if self.dead:
            exitcode = self.dead[0].exitcode
            died, how = "worker", in_short(exitcode)
        neighbours = self.answered == OTHERS
        tell(self.crash, "pool", died, how, exitcode, neighbours, True)


def in_pools(settings):
    """All pools wait at the same time: most of them for an answer that never comes."""
    pools = []
    try:
        for crash in CRASHES:
            pools.append(CrashInPool(settings, crash))
        until = now() + POOL_PATIENCE
        for pool in pools:
            pool.look(until)
            pool.tell()
    finally:
        for pool in pools:
            pool.members.terminate()


def count_answers(until, *receipts):
    """How many tasks of these receipts are answered by then."""
    answered = 0
    for receipt in receipts:
        try:
            answered += len(receipt.get(max(0.0, until - now())))
        except multiprocessing.TimeoutError:
            pass
    return answered


def tell_pool(crash, error, worker, answered, replaced, goes_on):
    labels = {"crash": crash}
    in_vain = f"no answer within {POOL_PATIENCE:g} s, terminated"
    none = forklore.text("none")
    forklore.observe("answered", forklore.flag(error is not None), **labels)
    forklore.observe("pool_error", forklore.text(error or in_vain), **labels)
    worker = none if worker is None else forklore.pid_value(worker)
    forklore.observe("pool_worker", worker, **labels)
    forklore.observe("pool_answered", forklore.count(answered), **labels)
    forklore.observe("pool_others", forklore.count(OTHERS), **labels)
    replaced = none if replaced is None else forklore.pid_value(replaced)
    forklore.observe("pool_replaced", replaced, **labels)
    forklore.observe("pool_goes_on", forklore.flag(goes_on), **labels)


# ---- in a worker of a ProcessPoolExecutor -----------------------------------------


def in_executor(settings):
    """The executor gives up as a whole: its other tasks too. But it answers."""
    others = multiprocessing.active_children()
    executor = concurrent.futures.ProcessPoolExecutor(2)
    first = [executor.submit(answer, number) for number in range(OTHERS // 2)]
    doomed = executor.submit(doomed_task, "kill")
    rest = [executor.submit(answer, number) for number in range(OTHERS // 2, OTHERS)]
    workers = [p for p in multiprocessing.active_children() if p not in others]
    try:
        error = error_of(doomed)
        answered = sum(error_of(future) == "no error" for future in first + rest)
        goes_on = still_takes_tasks(executor)
    finally:
        # In a thread, since it waits for all that the executor has, without a limit.
        closing = threading.Thread(target=executor.shutdown, daemon=True)
        closing.start()
        closing.join(PATIENCE)
    dead = [p for p in workers if p.exitcode == -getattr(signal, "SIGKILL", 15)]
    pid, code = (dead[0].pid, dead[0].exitcode) if dead else (None, None)
    place = "ProcessPoolExecutor"
    tell_pool(f"kill ({place})", error, pid, answered, None, goes_on)
    tell("kill", place, "worker", in_short(code), code, answered == OTHERS, True)


def error_of(future):
    try:
        future.result(POOL_PATIENCE)
    except concurrent.futures.TimeoutError:
        return None
    except Exception as error:
        return type(error).__name__
    return "no error"


def still_takes_tasks(executor):
    try:
        return error_of(executor.submit(answer, 1)) == "no error"
    except concurrent.futures.process.BrokenProcessPool:
        return False


if __name__ == "__main__":
    main()
