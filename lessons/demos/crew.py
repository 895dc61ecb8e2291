"""One job, done by a crew of workers: serially, or by threads, processes, interpreters.

All workers make their work ready, line up at a start gate, and start together. So the
*work* that is measured does not include the *start-up*, whatever the workers are.
"""

import atexit
import json
import os
import queue
import sys
import tempfile
import threading
from contextlib import contextmanager

import forklore
import interpreters
import workloads
from forklore import Child, WorkerFailed, WorkLeftOver, patiently
from usage import Meter, now

SERIAL = "python-serial"
THREADS = "python-threads"
PROCESSES = "python-processes"
INTERPRETERS = "python-interpreters"
ALL = [SERIAL, THREADS, PROCESSES, INTERPRETERS]

# Whether workers take turns shows in about 100 ms of processor time.
LEAST_WORK_S = 0.16
# A warm-up does a fraction of the work: enough for all code and data to be there once.
WARM_UP_DIVISOR = 3


class Job:
    """What is to be done; small, so that it can be sent to a worker."""

    def __init__(self, workload, size, seed=0, site=None):
        self.workload = workload
        self.size = size
        self.seed = seed
        self.site = site

    def warm_up(self):
        size = -(-self.size // WARM_UP_DIVISOR)
        return Job(self.workload, size, self.seed, self.site)

    def prepare(self):
        return workloads.prepare(self.workload, self.size, self.seed, self.site)


class Trial:
    """One run of a job under one backend."""

    def __init__(self, settings, backend, number, job, workers):
        self.settings = settings
        self.backend = backend
        self.number = number
        self.job = job.warm_up() if number is None else job
        self.workers = workers
        self.began = now()

    def run(self):
        """Runs it, and returns its times."""
        ways = {
            SERIAL: self.serial,
            THREADS: self.threads,
            PROCESSES: self.processes,
            INTERPRETERS: self.interpreters,
        }
        return ways[self.backend]()

    def serial(self):
        work = self.job.prepare()
        worker = forklore.main_started(self.backend, self.number)
        forklore.worker_ready(worker, now() - self.began)
        opened = now()
        done = do_parts(work, range(self.workers), self.workers, "thread")
        return self.times(opened, {worker: done})

    def threads(self):
        # Threads share one set of data, where processes make one each.
        work = self.job.prepare()
        ready = threading.Semaphore(0)
        gate = threading.Event()
        ready_at, done = {}, {}
        wanted = True

        def body(part):
            ready_at[part] = now()
            ready.release()
            gate.wait()
            if wanted:
                done[part] = do_parts(work, [part], self.workers, "thread")

        threads = [
            threading.Thread(
                target=body, args=(part,), name=f"Thread-{part + 1}", daemon=True
            )
            for part in range(self.workers)
        ]
        numbers = []
        try:
            for part, thread in enumerate(threads):
                asked = now()
                thread.start()
                if not patiently(lambda step_s: ready.acquire(timeout=step_s)):
                    raise WorkerFailed(f"{thread.name} did not reach the start gate")
                numbers.append(self.started(thread, "thread"))
                forklore.worker_ready(numbers[-1], ready_at[part] - asked)
        except BaseException:
            wanted = False
            gate.set()  # those that stand at it leave again
            raise
        opened = now()
        gate.set()
        if not forklore.join_all(threads, self.settings.patience):
            raise WorkLeftOver(f"threads compute on after {self.settings.patience:g} s")
        if len(done) < self.workers:
            raise WorkerFailed("a thread ended early")
        return self.times(opened, {numbers[part]: done[part] for part in done}, numbers)

    def processes(self):
        children = []
        try:
            for part in range(self.workers):
                arguments = (self.job, part, self.workers)
                children.append(
                    Child(self.settings, work_in_process, arguments,
                          self.backend, self.number)
                )
            opened = forklore.together(children)
            done = {child.worker: child.hear() for child in children}
            for child in children:
                child.join()
            return self.times(opened, done)
        finally:
            forklore.end_all(children)

    def interpreters(self):
        crew, patience = [], self.settings.patience
        try:
            for part in range(self.workers):
                crew.append(InterpreterWorker(self.job, part, self.workers, patience))
            for member in crew:
                member.start()
            for member in crew:
                member.await_ready()
                member.number = self.started(member.thread, "interpreter")
                forklore.worker_ready(member.number, member.ready_at - member.asked)
            opened = now()
            for member in crew:
                os.write(member.gate, b"!")
            done = {member.number: member.hear_done() for member in crew}
        finally:
            for member in crew:
                member.close_gate()
            if not forklore.join_all([member.thread for member in crew]):
                raise WorkLeftOver("subinterpreters compute on, and cannot be ended")
        return self.times(opened, done, list(done))

    def started(self, thread, kind):
        return forklore.worker_started(
            thread.name, kind, os.getpid(), getattr(thread, "native_id", None),
            self.backend, self.number,
        )

    def times(self, opened, done, threads=()):
        """Tells what each worker used, and adds up the trial's times."""
        for worker, result in done.items():
            forklore.work_finished(worker, result["usage"])
        for worker in threads:
            forklore.worker_exited(worker)
        if self.number is not None:
            # All backends must come to the same, or comparing them would mean nothing.
            checksum = sum(result["checksum"] for result in done.values())
            checksum = f"{checksum % 2**64:016x}"
            forklore.observe("checksum", forklore.text(checksum), backend=self.backend)
        last = max(result["finished"] for result in done.values())
        used = [result["usage"] for result in done.values()]
        return {
            "startup_s": opened - self.began,
            "work_s": last - opened,
            "total_s": now() - self.began,
            "cpu_s": sum_if_known(used, "cpu_s"),
            "run_queue_s": sum_if_known(used, "run_queue_s"),
            "voluntary_switches": sum_if_known(used, "voluntary_switches"),
        }


def sum_if_known(used, figure):
    """The figure of all workers together; None if one of them does not tell it."""
    figures = [usage[figure] for usage in used]
    return None if None in figures else sum(figures)


def do_parts(work, parts, of, scope):
    """Does these shares of the work, one after the other, and measures them."""
    meter = Meter(scope)
    checksum = 0
    for part in parts:
        checksum += work(part, of)
        meter.tasks += 1
    finished = now()
    return {"finished": finished, "usage": meter.finish(), "checksum": checksum}


def work_in_process(job, part, of, parent):
    """The child's half: makes its work ready, lines up, works, tells."""
    work = job.prepare()
    forklore.at_gate(parent)
    parent.send(do_parts(work, [part], of, "process"))


# What a subinterpreter runs. Between interpreters no object is shared, so all that
# goes in is text and the numbers of two pipes, and all that comes out is JSON.
IN_INTERPRETER = """
import sys
sys.path.insert(0, {folder!r})
import interpreter_work
interpreter_work.work({workload!r}, {size!r}, {seed!r}, {site!r}, {part}, {of},
                      {gate}, {told})
"""


class InterpreterWorker:
    """A thread that runs its share of the job in an interpreter of its own."""

    def __init__(self, job, part, of, patience):
        gate, self.gate = os.pipe()
        try:
            self.told, told = os.pipe()
        except OSError:
            os.close(gate)
            os.close(self.gate)
            raise
        self.childs_ends = (gate, told)
        self.patience = patience
        self.script = IN_INTERPRETER.format(
            folder=os.path.dirname(os.path.abspath(__file__)),
            part=part, of=of, gate=gate, told=told, **vars(job)
        )
        self.failure = None
        self.lines = queue.Queue()
        self.asked = None
        self.ready_at = None
        self.number = None
        self.thread = threading.Thread(
            target=self.body, name=f"Interpreter-{part + 1}", daemon=True
        )

    def start(self):
        self.asked = now()
        self.thread.start()
        threading.Thread(target=self.listen, daemon=True).start()

    def body(self):
        try:
            interpreters.run(self.script)
        except Exception as error:
            self.failure = error
        finally:
            # The other side then reads the end of the pipe, and does not wait.
            self.close_childs_ends()

    def close_childs_ends(self):
        for end in self.childs_ends:
            os.close(end)

    def listen(self):
        """Reads what is told, in a thread: one can wait for a queue on any system."""
        with open(self.told, "rb") as told:
            for line in told:
                self.lines.put(line)
        self.lines.put(b"")

    def await_ready(self):
        self.ready_at = json.loads(self.hear_line())

    def hear_done(self):
        return json.loads(self.hear_line())

    def hear_line(self):
        line = forklore.next_of(self.lines, self.patience)
        if not line:
            raise WorkerFailed(f"a subinterpreter ended early: {self.failure}")
        return line

    def close_gate(self):
        """Whoever waits at it then leaves. The reading end is the listener's to close."""
        os.close(self.gate)
        if self.thread.ident is None:
            self.close_childs_ends()
            os.close(self.told)


# ---- trials in turns --------------------------------------------------------------


def in_turns(settings, backends, one):
    """Runs `one(backend, trial)` for each backend in turn, and tells each trial.

    A B C, A B C, …: a machine that warms up or slows down affects all alike. The first
    round is a warm-up and has no number. A backend that fails is told and left out.
    """
    backends = [backend for backend in backends if can_run(backend)]
    steps = len(backends) * (settings.trials + 1)
    done = 0
    for trial in [None] + list(range(settings.trials)):
        if settings.enough(trial or 0):
            break
        for backend in list(backends):
            round_name = "warm-up" if trial is None else f"trial {trial + 1}"
            forklore.progress(done, steps, f"{backend}, {round_name}")
            done += 1
            forklore.emit("trial_started", backend=backend, trial=trial)
            try:
                times = one(backend, trial)
            except Exception as error:
                backends.remove(backend)
                give_up(backend, error)
                continue
            forklore.emit("trial_finished", backend=backend, trial=trial, times=times)
    forklore.progress(steps, steps, "done")


def give_up(backend, error):
    """Tells why a backend is left out; beside left-over work nothing can be measured."""
    why = str(error) or type(error).__name__
    forklore.skip(backend, f"given up: {why}")
    if isinstance(error, WorkLeftOver):
        forklore.note(f"{backend} left work behind that cannot be ended: no more trials")
        # Python's own end may crash where a subinterpreter still computes.
        atexit.register(os._exit, 0)
        sys.exit()


def can_run(backend):
    """Whether this Python has the backend; if not, says so."""
    why_not = interpreters.why_not() if backend == INTERPRETERS else None
    if why_not:
        forklore.skip(backend, why_not)
    return why_not is None


def compare_backends(settings):
    """Runs one workload under each backend, and tells every trial."""
    with site_of(settings) as site:
        job = sized_job(settings, site)
        settings.resolved()
        in_turns(
            settings,
            settings.backends,
            lambda backend, trial: Trial(
                settings, backend, trial, job, settings.workers
            ).run(),
        )


def sized_job(settings, site, trials=16):
    """The job in the size that was asked for, else in one that fits this machine.

    So many trials of it, all backends counted, take about half of the time there is, but
    no trial is so short that the switches of its workers can't be told from chance.
    """
    workload, seed = settings.workload, settings.seed or 0
    if settings.size is None:
        forklore.progress(0, 1, f"finding a size of {workload} that fits this machine")
        time_s = max(settings.budget_s / 2 / trials, LEAST_WORK_S)
        size = workloads.calibrate(workload, time_s, seed, site)
        settings.size = workloads.fair_size(workload, size, settings.workers)
    return Job(workload, settings.size, seed, site)


@contextmanager
def site_of(settings):
    """What the workload needs around it: a web server's port, or a folder of files."""
    if settings.workload == "http":
        server = Child(settings, serve, name="WebServer")
        try:
            yield server.hear()
            server.open_gate("close")
            server.join()
        finally:
            server.end()
    elif settings.workload == "files":
        with tempfile.TemporaryDirectory() as folder:
            workloads.write_files(folder, settings.seed or 0)
            yield folder
    else:
        yield None


def serve(parent):
    """A small web server, in a process of its own: it takes no GIL from anybody."""
    import webserver

    webserver.serve(parent)
