"""Runs a Python file, with the stand-in for `requests` on machines without it."""

import os
import runpy
import sys

sys.dont_write_bytecode = True

try:
    import requests  # noqa: F401
except ImportError:
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "stand-in"))

runpy.run_path(sys.argv[1], run_name="__main__")
