"""Tells the learner's own files from those of Python, of installed packages, and ours."""

import os

from .wrap import FOLDER

LIBRARY = (os.path.dirname(os.__file__) + os.sep, FOLDER, "<")
PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
KNOWN = {}


def is_of_package(path):
    return any(part in path for part in PACKAGES)


def is_own(path):
    if path not in KNOWN:
        is_library = path.startswith(LIBRARY) or is_of_package(path)
        KNOWN[path] = not is_library and os.path.basename(path) != "sitecustomize.py"
    return KNOWN[path]
