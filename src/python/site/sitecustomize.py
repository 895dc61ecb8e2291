"""Starts the resource tracker of `multiprocessing` in a session of its own.

A program is ended by killing its process group. Its tracker has to live a moment longer:
once all others are gone, it removes what they left in shared memory, and ends.
"""

try:
    import _posixsubprocess
except ImportError:  # no Unix: no groups, and no tracker
    _posixsubprocess = None


def keep_tracker_apart():
    usual = _posixsubprocess.fork_exec

    def fork_exec(words, *rest):
        if words and "multiprocessing.resource_tracker" in str(words[-1]):
            # What it has to remove was left by whoever killed the program: nothing to warn of.
            words = [words[0], "-Wignore", *words[1:]]
            # In every Python so far, the 16th argument is `call_setsid`.
            rest = (*rest[:14], True, *rest[15:])
        return usual(words, *rest)

    _posixsubprocess.fork_exec = fork_exec


if _posixsubprocess:
    keep_tracker_apart()
