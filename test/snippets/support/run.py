"""Runs code that arrives on standard input, one JSON object per line, and prints the error of each."""

import json
import os
import sys

sys.dont_write_bytecode = True

try:
    if "--stand-in" in sys.argv:
        raise ImportError
    import requests  # noqa: F401
except ImportError:
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "stand-in"))

for line in sys.stdin:
    task = json.loads(line)
    os.environ.update(task["env"])
    error = None
    try:
        exec(compile(task["code"], "snippet.py", "exec"), {"__name__": "__main__"})
    except Exception as exception:
        error = f"{type(exception).__name__}: {exception}"
    print(json.dumps({"error": error}), flush=True)
