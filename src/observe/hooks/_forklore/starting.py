"""Hooks where a child's target is pickled for its new interpreter."""

import sys

from .pipe import tell
from .wrap import safe



def hook_popen(module):
    """`set_spawning_popen(None)` is called on the way out, with the exception still there."""
    usual = module.set_spawning_popen
    noticed = safe(notice)

    def set_spawning_popen(popen):
        if popen is None:
            noticed()
        return usual(popen)

    module.set_spawning_popen = set_spawning_popen


def notice():
    error = sys.exc_info()[1]
    if error is not None:
        tell_failure(error, "process")


def tell_failure(error, to):
    """Tells that something could not be pickled on its way, if that is what went wrong."""
    if is_about_pickling(error):
        tell(
            "pickle_failed",
            error=type(error).__name__,
            message=str(error),
            to=to,
        )


def is_about_pickling(error):
    """What pickling raises: its own error, or a type's refusal."""
    if type(error).__name__ in ("PicklingError", "PickleError"):
        return True
    words = ("pickle", "local object", "get attribute", "through inheritance", "passed between")
    refusals = (AttributeError, TypeError, RuntimeError, NotImplementedError, ValueError)
    is_refusal = isinstance(error, refusals)
    return is_refusal and any(word in str(error) for word in words)
