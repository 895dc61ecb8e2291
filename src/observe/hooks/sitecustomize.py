"""Wakes the hooks of `forklore try` in each Python that a watched program starts.

It is found because its folder stands first in PYTHONPATH. It does nothing unless the
variable below is set, hides its folder from the program, and then gives way to the
`sitecustomize` that this Python would have loaded without it.
"""

import sys


def wake_up():
    import os
    import time

    began = time.monotonic_ns()
    here = os.path.dirname(os.path.abspath(__file__))
    try:
        if os.environ.get("FORKLORE_TRY_EVENTS"):
            if here not in sys.path:
                sys.path.insert(0, here)
            from _forklore import begin

            begin.begin(began)
    except Exception:
        pass
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]


def give_way():
    """Runs the next `sitecustomize`; without one, this one was never there."""
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec = find(__name__, None, None) if find else None
        if spec is not None and spec.loader is not None:
            break
    else:
        raise ImportError("no further sitecustomize", name="sitecustomize")
    module = type(sys)(__name__)
    module.__file__ = spec.origin
    module.__spec__, module.__loader__ = spec, spec.loader
    module.__cached__, module.__package__ = spec.cached, ""
    sys.modules[__name__] = module
    spec.loader.exec_module(module)


wake_up()
give_way()
