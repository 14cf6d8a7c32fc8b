"""One job, done for the first time in a process and then again and again, each time on something else.

Run as `python -m bench.once FOLDER MODULE:FUNCTION`; prints milliseconds of CPU as JSON: of the first time, and the
median of the others. The function makes ready, uncounted, and gives what is measured.
"""

import json
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path

TIMES = 20


def measured(folder: Path, job: str) -> dict[str, float]:
    module, _, name = job.partition(":")
    work = getattr(import_module(module), name)(folder)
    taken = []
    for number in range(TIMES):
        began = time.process_time()
        work(number)
        taken.append((time.process_time() - began) * 1000)
    return {"first": taken[0], "next": statistics.median(taken[1:])}


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), sys.argv[2])))
