"""Why a request never reaches the application."""

from http import HTTPStatus


class Refused(Exception):
    """The request is answered with one of our plain pages."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status
