"""Tells the learner's own files from those of Python, of installed packages, and ours."""

import os

from .wrap import FOLDER, is_of_package

LIBRARY = (os.path.dirname(os.__file__) + os.sep, FOLDER, "<")
KNOWN = {}


def is_own(path):
    if path not in KNOWN:
        is_library = path.startswith(LIBRARY) or is_of_package(path)
        KNOWN[path] = not is_library and os.path.basename(path) != "sitecustomize.py"
    return KNOWN[path]
