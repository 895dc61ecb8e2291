"""startup: what it costs to start a worker and wait for its end.

Between a thread and a process there is a factor of fifty or of a thousand: it depends
on how the process starts. A pool pays once; then a task costs only two messages.
"""

import multiprocessing
import shutil
import subprocess
import threading

import forklore
import interpreters
from forklore import PATIENCE
from usage import now

ROUNDS = 40
# However slow a way is here, it is measured so often.
FEWEST = 3


def nothing(_=None):
    """What all these workers have to do."""


def main():
    settings = forklore.begin(trials=ROUNDS)
    settings.resolved()
    standing = forklore.make_pool(1)
    ways = {
        "thread": start_thread,
        "pool task": lambda: forklore.answer_of(standing.apply_async(nothing)),
        "empty program": start_program,
        "process": lambda: start_process(settings.mp),
        **other_start_methods(settings),
        "pool": use_pool,
        "subinterpreter": lambda: interpreters.run("pass"),
    }
    leave_out(ways)
    try:
        measure(settings, ways)
    finally:
        standing.terminate()
        standing.join()


def other_start_methods(settings):
    """The ways to start a process other than the one that is used here, by name."""
    return {
        f"process, {method}": lambda method=method: start_process(
            multiprocessing.get_context(method)
        )
        for method in multiprocessing.get_all_start_methods()
        if method != settings.start_method
    }


def leave_out(ways):
    """Tells which ways there are not here."""
    why_not = interpreters.why_not()
    if why_not:
        del ways["subinterpreter"]
        tell("subinterpreter", forklore.missing(why_not))
    if shutil.which("true") is None:
        del ways["empty program"]
        tell("empty program", forklore.missing("there is no program `true`"))


def measure(settings, ways):
    """The ways take turns, so that a busy moment of the machine hits all of them."""
    # The slow ways get fewer rounds: together they may take most of the time.
    time_for_each = settings.budget_s * 0.8 / len(ways)
    spent = dict.fromkeys(ways, 0.0)
    for trial in range(-1, settings.trials):  # round -1 is a warm-up
        forklore.progress(trial + 1, settings.trials + 1, f"round {trial + 1}")
        for way, start_and_join in ways.items():
            if trial >= FEWEST and spent[way] > time_for_each:
                continue
            began = now()
            start_and_join()
            took = now() - began
            spent[way] += took
            if trial >= 0:
                tell(way, forklore.seconds(took), start_method=settings.start_method)


def tell(way, value, start_method=None):
    """Names the start method where it matters: where processes are started."""
    labels = {"way": way}
    if start_method and way in ("process", "pool"):
        labels["start_method"] = start_method
    forklore.observe("start_join", value, **labels)


def start_thread():
    thread = threading.Thread(target=nothing, daemon=True)
    thread.start()
    thread.join(PATIENCE)


def start_program():
    """The system's own floor: no process can cost less than one that does nothing."""
    subprocess.run(["true"], stdin=subprocess.DEVNULL, timeout=PATIENCE)


def start_process(mp):
    process = mp.Process(target=nothing, daemon=True)
    process.start()
    process.join(PATIENCE)


def use_pool():
    pool = forklore.make_pool(2)
    forklore.answer_of(pool.map_async(nothing, range(5)))
    pool.close()
    pool.join()


if __name__ == "__main__":
    main()
