"""Hooks `multiprocessing.queues`: what can't be put, and a process that can't end for what nobody took."""

from .processes import waited, waiting
from .starting import tell_failure
from .wrap import safe


def hook(module):
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
