"""Hooks `multiprocessing.queues`: what can't be put, and a process that can't end for what nobody took."""

from . import origins, syncs
from .begin import ME
from .pipe import tell
from .processes import Answers, waited, waiting
from .starting import tell_failure
from .wrap import caller_is_internal, safe, wrap


def hook(module):
    wrap(module.Queue, "get", after=taken)
    wrap(module.SimpleQueue, "get", after=taken)
    for kind in (module.Queue, module.SimpleQueue):
        syncs.hook_senders(kind, "put")
    for kind in (module.Queue, module.JoinableQueue):
        origins.hook_parts(kind)
    usual_join = module.Queue._finalize_join
    usual_error = module.Queue._on_queue_feeder_error
    tells, told, failed = safe(waiting), safe(waited), safe(item_failed)

    def _finalize_join(twr):
        thread = twr()
        if thread is not None:
            thread.join(0.2)
        wait = tells("Queue.put", None) if thread is not None and thread.is_alive() else None
        usual_join(twr)
        told(wait)

    def _on_queue_feeder_error(error, item):
        failed(error)
        return usual_error(error, item)

    module.Queue._finalize_join = staticmethod(_finalize_join)
    module.Queue._on_queue_feeder_error = staticmethod(_on_queue_feeder_error)


def item_failed(error):
    tell_failure(error, "other")


def hook_connection(module):
    origins.hook_connection(module)
    syncs.hook_ready(module)
    syncs.hook_senders(module._ConnectionBase, "send", "send_bytes")
    for name in ("recv", "recv_bytes"):
        wrap(module._ConnectionBase, name, after=taken)


def taken(note, result, args):
    """The program has an answer, perhaps of the children that it started last."""
    if not (Answers.awaited or syncs.Last.is_used):
        return
    if caller_is_internal(3):
        if ME.role == "pool":
            syncs.note_time()
        return
    syncs.note_time()
    if Answers.awaited:
        Answers.awaited = False
        tell("answer_taken")
