"""A browser of a few lines: keeps cookies, finds the form's token, tells the size of an answer."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

TOKEN = re.compile(r'name="(?:csrf_token|csrfmiddlewaretoken)" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def wire_bytes(self) -> int:
        """Head and body as they went over the wire."""
        return (
            len("HTTP/1.1 200 OK\r\n\r\n")
            + sum(len(f"{k}: {v}\r\n".encode()) for k, v in self.headers)
            + len(self.body)
        )


@dataclass
class Browser:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(values).encode(), form)

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, {**headers, **self.cookie_header})
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                self.cookies[key] = content
        return answer

    @property
    def cookie_header(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def token(self, path: str) -> str:
        found = TOKEN.search(self.get(path).text)
        if found is None:
            raise RuntimeError(f"{path} has no form with a token")
        return found[1]
