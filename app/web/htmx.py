"""Answers to the script that asks again and again, where a page without one is loaded anew."""

from http import HTTPStatus

from flask import Response, request


def by_script() -> bool:
    return bool(getattr(request, "htmx", False))


def nothing_new() -> Response:
    """The page stays as it is, so that nothing is read out again and again."""
    answer = Response(status=HTTPStatus.NO_CONTENT)
    del answer.headers["Content-Type"]
    return answer


def moved(answer: Response) -> Response:
    """A script would follow a redirection by itself and find a page where it looks for a part."""
    if by_script():
        answer.headers["HX-Redirect"] = answer.headers.pop("Location")
        answer.status_code = HTTPStatus.OK
        answer.set_data(b"")
    return answer
