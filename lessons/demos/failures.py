"""failures: a task fails among others. What does its caller get, and what of the rest?

Six ways to fail, each in a `multiprocessing.Pool`, a `ProcessPoolExecutor` and a
`ThreadPoolExecutor`. Each case is a program of its own: see `failure_case.py`.
"""

import json
import threading

import forklore
from failure_case import OTHERS, WAYS

FAILURES = [
    "exception",
    "cannot be sent",
    "cannot be read",
    "exit",
    "killed",
    "never ends",
]
PROGRAM_ENDS = {
    "outcome": "program ends",
    "error": "none: the whole program ended",
    "others": 0,
    "usable": False,
}


def main():
    settings = forklore.begin()
    settings.resolved()
    for done, failure in enumerate(FAILURES):
        forklore.progress(done, len(FAILURES), failure)
        # The three ways wait at the same time.
        told = {}
        cases = [
            threading.Thread(target=play_case, args=(told, way, failure, settings))
            for way in WAYS
        ]
        for case in cases:
            case.start()
        for case in cases:
            case.join()
        for way in WAYS:
            tell(way, failure, told[way])
    forklore.progress(len(FAILURES), len(FAILURES), "done")


def play_case(told, way, failure, settings):
    told[way] = None
    lines = forklore.run_program(
        "failure_case.py", way, failure, settings.start_method
    ).splitlines()
    if lines[:1] == ["begun"]:
        told[way] = json.loads(lines[1]) if len(lines) > 1 else PROGRAM_ENDS


def tell(way, failure, told):
    if told is None or "failed" in told:
        raise forklore.WorkerFailed(f"{failure}, {way}: {told}")
    labels = {"way": way, "failure": failure}
    forklore.observe("outcome", forklore.text(told["outcome"]), **labels)
    forklore.observe("error", forklore.text(told["error"]), **labels)
    is_told = told["outcome"] not in ("no answer", "program ends")
    forklore.observe("told", forklore.flag(is_told), **labels)
    is_own = told["outcome"] == "its error"
    forklore.observe("own_error", forklore.flag(is_own), **labels)
    is_reported = told["outcome"] == "broken pool"
    forklore.observe("loss_reported", forklore.flag(is_reported), **labels)
    if is_told:
        forklore.observe("after", forklore.seconds(told["after"]), **labels)
    forklore.observe("others_done", forklore.count(told["others"]), **labels)
    forklore.observe("others", forklore.count(OTHERS), **labels)
    forklore.observe("usable", forklore.flag(told["usable"]), **labels)
    if "ended_by" in told:
        forklore.observe("ended_by", forklore.text(told["ended_by"]), **labels)


if __name__ == "__main__":
    main()
