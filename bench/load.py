"""Load on one address over loopback: by wrk where it is installed, otherwise by threads of Python."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

CONNECTIONS = 8
# How far answers may differ in size from the first one, for they hold numbers and dates.
TOLERANCE = 0.02
# And in bytes: some servers say a little more about a connection that is kept open.
HEAD = 40
# Texts of a request may hold {n}, which is another number in each, and {address}, an address made of it.
LUA = """
local spec = {method = %(method)s, path = %(path)s, body = %(body)s, headers = {%(headers)s}}
local first, n = %(first)d, 0
local function fill(text)
  local id = first + n
  local address = string.format("10.%%d.%%d.%%d", math.floor(id / 65536) %% 256, math.floor(id / 256) %% 256, id %% 256)
  return (text:gsub("{n}", tostring(id)):gsub("{address}", address))
end
local constant
function request()
  if constant then return constant end
  n = n + 1
  local headers = {}
  for name, value in pairs(spec.headers) do headers[name] = fill(value) end
  local text = wrk.format(spec.method, spec.path, headers, spec.body and fill(spec.body))
  if %(is_constant)s then constant = text end
  return text
end
function done(summary)
  local errors = summary.errors
  io.write(string.format('\\nRESULT {"requests": %%d, "bytes": %%d, "seconds": %%f, "refused": %%d, "broken": %%d}\\n',
    summary.requests, summary.bytes, summary.duration / 1000000, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True)
class Request:
    """What is sent again and again, and what must come back."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    status: int = 200

    @property
    def is_constant(self) -> bool:
        return "{n}" not in f"{self.body}{self.headers}" and "{address}" not in f"{self.body}{self.headers}"


@dataclass(frozen=True)
class Load:
    requests: int
    bytes: int
    seconds: float
    refused: int
    broken: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def send(port: int, request: Request, seconds: float, first: int = 1) -> Load:
    """As many requests as fit into the time, on a few connections that are kept open."""
    command = _wrk if shutil.which("wrk") else _python
    with tempfile.TemporaryDirectory() as folder:
        output = subprocess.run(
            command(port, request, seconds, first, Path(folder)), capture_output=True, text=True, check=True
        ).stdout
    return Load(**json.loads(output.rpartition("RESULT ")[2]))


def check(load: Load, request: Request, wire_bytes: int) -> None:
    """Every answer had the expected status, and on average the expected size."""
    wanted = load.requests if request.status >= 400 else 0
    expected = load.requests * wire_bytes
    if load.broken or not load.requests or abs(load.refused - wanted) > 2 * CONNECTIONS * bool(wanted):
        raise RuntimeError(f"{request.path}: wrong answers: {load}")
    # On each connection one answer may have been cut off by the end of the time.
    if abs(load.bytes - expected) > TOLERANCE * expected + HEAD * load.requests + CONNECTIONS * wire_bytes:
        raise RuntimeError(f"{request.path}: answers of {load.bytes / load.requests:.0f} bytes, expected {wire_bytes}")


def _wrk(port: int, request: Request, seconds: float, first: int, folder: Path) -> list[str]:
    script = folder / "request.lua"
    script.write_text(_lua(request, first), "utf-8")
    # wrk counts whole seconds.
    duration = f"-d{max(1, round(seconds))}s"
    return ["wrk", "-t1", f"-c{CONNECTIONS}", duration, "-s", str(script), f"http://127.0.0.1:{port}{request.path}"]


def _lua(request: Request, first: int) -> str:
    headers = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in request.headers.items())
    return LUA % {
        "method": json.dumps(request.method),
        "path": json.dumps(request.path),
        "body": "nil" if request.body is None else json.dumps(request.body, ensure_ascii=False),
        "headers": headers,
        "first": first,
        "is_constant": str(request.is_constant).lower(),
    }


def _python(port: int, request: Request, seconds: float, first: int, _: Path) -> list[str]:
    return [sys.executable, "-m", "bench.loader", str(port), json.dumps(asdict(request)), str(seconds), str(first)]
