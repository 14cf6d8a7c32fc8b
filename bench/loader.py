"""The loader for machines without wrk: a few threads, each with one connection that it keeps open."""

import itertools
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException

from bench.load import CONNECTIONS, Load, Request


def fill(text: str, number: int) -> str:
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return text.replace("{n}", str(number)).replace("{address}", address)


def run(port: int, request: Request, until: float, numbers: "itertools.count[int]") -> Load:
    count = size = refused = broken = 0
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    while time.monotonic() < until:
        number = next(numbers)
        headers = {name: fill(value, number) for name, value in request.headers.items()}
        try:
            connection.request(request.method, request.path, request.body and fill(request.body, number), headers)
            response = connection.getresponse()
            head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
            size += head + 19 + len(response.read())
        except (OSError, HTTPException):
            broken += 1
            connection.close()
            continue
        count, refused = count + 1, refused + (response.status >= 400)
    connection.close()
    return Load(count, size, 0, refused, broken)


def main(port: str, spec: str, seconds: str, first: str) -> None:
    began, numbers = time.monotonic(), itertools.count(int(first))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        jobs = [
            pool.submit(run, int(port), Request(**json.loads(spec)), began + float(seconds), numbers)
            for _ in range(CONNECTIONS)
        ]
        loads = [job.result() for job in jobs]
    sums = {name: sum(getattr(load, name) for load in loads) for name in ("requests", "bytes", "refused", "broken")}
    print("RESULT", json.dumps({**sums, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main(*sys.argv[1:])
