"""Adds up how long the program asks `time.sleep` and `asyncio.sleep` to wait, in all threads."""

from .begin import ME
from .pipe import tell
from .wrap import caller_is_internal, like, safe, wrap

# A sum is told as soon as it has grown so much.
EVERY_NS = 20_000_000


class Sum:
    """What was asked for since it was last told."""

    ns = 0
    tells_at_end = False


def hook_time(module):
    wrap(module, "sleep", before=asked)


def hook_asyncio(module):
    usual = module.sleep
    add = safe(add_seconds)

    async def sleep(delay, *args, **kwargs):
        add(delay)
        return await usual(delay, *args, **kwargs)

    module.sleep = like(sleep, usual)


def asked(args, kwargs):
    if args and not caller_is_internal():
        add_seconds(args[0])


def add_seconds(seconds):
    if not isinstance(seconds, (int, float)) or seconds <= 0:
        return
    if not Sum.tells_at_end:
        Sum.tells_at_end = True
        ME.at_end.append(tell_sum)
    Sum.ns += int(seconds * 1e9)
    if Sum.ns >= EVERY_NS:
        tell_sum()


def tell_sum():
    ns, Sum.ns = Sum.ns, 0
    if ns:
        tell("slept", ns=ns)
