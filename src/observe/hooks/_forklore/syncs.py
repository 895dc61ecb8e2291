"""Remembers when this process last got something from others: what it does then comes after what they did before.

It also reports when this process first gives something to others after an update of shared memory.
"""

from .pipe import now, tell
from .wrap import caller_is_internal, leave_no_frames, like, safe, wrap

# The calls of a manager's objects that may have waited for other processes.
PROXY_CALLS = ("get", "wait", "wait_for", "acquire")


class Last:
    """When the process last got something, and the last such time that was reported."""

    at = told = 0
    # Whether it has updated shared memory and given nothing to others since.
    is_awaited = False
    # Whether this process has shared values: otherwise nothing of it is needed.
    is_used = False


# What sends, as (class, name of the method), until it is hooked.
SENDERS = []


def hook_senders(kind, *names):
    SENDERS.extend((kind, name) for name in names)
    if Last.is_used:
        use()


def use():
    """The process has a shared value: from now on it counts what others gave and get."""
    Last.is_used = True
    while SENDERS:
        wrap(*SENDERS.pop(), before=sends)


def hook_waits(module):
    for kind in (module.Event, module.Condition):
        wrap(kind, "wait", after=received)
    wrap(module.Barrier, "wait", sends, received)
    wrap(module.Condition, "wait_for", after=received)
    wrap(module.Condition, "notify", before=sends)
    wrap(module.Event, "set", before=sends)
    wrap(module.Semaphore, "_make_methods", after=semaphore_made)


def hook_ready(module):
    wrap(module, "wait", after=received)


def received(note, result, args):
    """A call returned with what another process did, not because its time was over."""
    if result is not False and result != [] and not caller_is_internal(3):
        note_time()


def note_time():
    Last.at = now()


def sends(args=(), kwargs=None):
    """Something goes to other processes: a message, a signal, a result."""
    if Last.is_awaited:
        Last.is_awaited = False
        tell("sent")


def tell_last():
    if Last.at > Last.told:
        Last.told = Last.at
        tell("synchronized", at=Last.at)


def semaphore_made(note, result, args):
    """A semaphore is here, made or received: the program may wait for others with it."""
    semaphore = args[0]
    usual, release = semaphore.acquire, semaphore.release
    noticed, tells = safe(received), safe(released)

    def acquire(*limit, **named):
        result = usual(*limit, **named)
        noticed(None, result, ())
        return result

    def release_and_tell(*often):
        tells()
        release(*often)

    semaphore.acquire = like(leave_no_frames(acquire), usual)
    semaphore.release = like(leave_no_frames(release_and_tell), release)


def released():
    if not caller_is_internal():
        sends()
