"""numbers: several processes each print a number. Who is first?

All wait at a gate and print at the same moment of the clock, so their order is the
scheduler's doing. Their standard output is one file, as when a shell sends it there:
what arrives in it counts. A line that is written in one piece stays whole; text and
line end that are written one after the other may get another text in between.

(The file is not called numbers.py, since Python has a module of that name.)
"""

import io
import multiprocessing
import os
import sys
import tempfile
import time

import forklore
from forklore import Child
from usage import Meter, now

STEP = 7
# From the word to the moment: it must have reached each child by then.
NOTICE_S = 0.003
NOTICE_EACH_S = 0.00002
BACKEND = "python-processes"


def main():
    settings = forklore.begin(workers=4, repeat=1)
    settings.resolved()
    output = SharedOutput()
    for number in range(settings.repeat):
        doing = f"run {number + 1} of {settings.repeat}"
        forklore.progress(number, settings.repeat, doing)
        play(settings, output, number)
    forklore.progress(settings.repeat, settings.repeat, "done")
    tell_name_after_pool(settings.start_method)


class SharedOutput:
    """Makes one file the standard output of this process and of all its children."""

    def __init__(self):
        sys.stdout.flush()
        self.usual = os.dup(1)
        self.file = tempfile.TemporaryFile()
        self.read_until = 0
        append_only(self.file.fileno())
        os.dup2(self.file.fileno(), 1)

    def arrived(self):
        """What arrived since the last time; it is passed on to the usual output."""
        self.file.seek(self.read_until)
        printed = self.file.read()
        self.read_until += len(printed)
        os.write(self.usual, printed)
        return printed.decode("utf-8", "replace").replace("\r\n", "\n")


def append_only(file):
    """Every write goes to the end of the file, whoever writes."""
    try:
        import fcntl
    except ImportError:
        return  # Windows: children print into it as well as they can
    flags = fcntl.fcntl(file, fcntl.F_GETFL)
    fcntl.fcntl(file, fcntl.F_SETFL, flags | os.O_APPEND)


def play(settings, output, number):
    """One run: starts all, lets all print at one moment, joins all."""
    forklore.emit("trial_started", backend=BACKEND, trial=number)
    began = now()
    children = []
    try:
        for place in range(1, settings.workers + 1):
            arguments = (STEP * place, settings.unbuffered)
            child = Child(settings, print_number, arguments, BACKEND, number)
            children.append(child)
        for child in children:
            child.ready()
        ready = now()
        moment = ready + NOTICE_S + NOTICE_EACH_S * settings.workers
        for child in children:
            child.open_gate(moment)
        printed, cpu = [], []
        for child in children:
            printed_at, usage = child.hear()
            forklore.work_finished(child.worker, usage)
            printed.append(printed_at)
            cpu.append(usage["cpu_s"])
        for child in children:
            child.join()
    finally:
        forklore.end_all(children)
    names = [child.process.name for child in children]
    tell_arrivals(output.arrived(), names, number)
    times = {
        "startup_s": ready - began,
        "work_s": max(printed) - moment,
        "total_s": now() - began,
        "cpu_s": sum(cpu),
    }
    forklore.emit("trial_finished", backend=BACKEND, trial=number, times=times)


def print_number(number, unbuffered, parent):
    """The child's half: waits for the moment, prints, tells."""
    if unbuffered:
        # Then print makes two writes: the text, and the line end.
        raw = io.FileIO(1, "w", closefd=False)
        sys.stdout = io.TextIOWrapper(raw, "utf-8", write_through=True)
    moment = forklore.at_gate(parent)
    meter = Meter("process")
    wait_until(moment)
    print(line(number), flush=True)
    printed_at = now()
    meter.tasks += 1
    usage = meter.finish()
    # Of its whole life, start-up included: printing alone is too short to matter.
    usage["cpu_s"] = time.process_time()
    parent.send((printed_at, usage))


def wait_until(moment):
    """Sleeps until shortly before, and then looks at the clock until it is time.

    To wake up takes a different time for each; to look at the clock does not.
    """
    time.sleep(max(0.0, moment - now() - 0.0005))
    while now() < moment:
        pass


def line(number):
    return f"my number is {number}"


# ---- what arrived -----------------------------------------------------------------


def tell_arrivals(printed, names, run):
    """Who came when, and which lines came whole."""
    numbers = [STEP * place for place in range(1, len(names) + 1)]
    found = []
    for name, number in zip(names, numbers):
        place = place_of(printed, line(number))
        if place is not None:
            found.append((place, name, number))
    found.sort()
    for arrival, (_, name, number) in enumerate(found, 1):
        forklore.observe("number", forklore.count(number), run=run, worker=name)
        forklore.observe("arrival", forklore.count(arrival), run=run, worker=name)
    texts = [line(number) for number in numbers]
    for arrived in printed.splitlines():
        value = forklore.text(arrived)
        forklore.observe("line", value, run=run, kind=kind_of(arrived, texts))


def place_of(printed, text):
    """Where a text stands; "…is 7" is not found in "…is 70"."""
    place = printed.find(text)
    while place >= 0:
        following = printed[place + len(text) : place + len(text) + 1]
        if not following.isdigit():
            return place
        place = printed.find(text, place + 1)
    return None


def kind_of(arrived, texts):
    if arrived == "":
        return "empty"  # the line end that is missing in a glued line
    if arrived in texts:
        return "whole"
    inside = [text for text in texts if place_of(arrived, text) is not None]
    glued = sum(len(text) for text in inside) == len(arrived)
    return "glued" if glued else "torn"


# ---- whose numbers the names count ------------------------------------------------

NAME_AFTER_POOL = "name-after-pool"
POOL_WORKERS = 4


def tell_name_after_pool(start_method):
    """The workers of a pool are counted too: the next process shows it.

    In a program of its own, where nothing was counted yet.
    """
    printed = forklore.run_program("print_numbers.py", NAME_AFTER_POOL, start_method)
    name = forklore.text(printed) if printed else forklore.missing("it gave no answer")
    forklore.observe("name_after_pool", name)


def name_after_pool(start_method):
    multiprocessing.set_start_method(start_method)
    pool = forklore.make_pool(POOL_WORKERS)
    try:
        return multiprocessing.Process(target=print).name
    finally:
        pool.terminate()
        pool.join()


if __name__ == "__main__":
    if sys.argv[1:2] == [NAME_AFTER_POOL]:
        print(name_after_pool(sys.argv[2]))
    else:
        main()
