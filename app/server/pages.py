"""Plain answers of the server itself, for the moments when the application must not or cannot be asked."""

from html import escape
from http import HTTPStatus

Header = tuple[bytes, bytes]

RETRY_AFTER_SECONDS = 5

_PAGE = """<!DOCTYPE html>
<html lang="az"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title} – e-Gömrük</title></head>
<body><main><h1>{title}</h1>
<p>{az}</p>
<p lang="en">{en}</p>
<p lang="ru">{ru}</p>
</main></body></html>
"""

_TEXTS = {
    HTTPStatus.BAD_REQUEST: (
        "Sorğu düzgün deyil",
        "Sorğu HTTP qaydalarına uyğun tərtib edilmədiyi üçün qəbul olunmadı.",
        "The request was not accepted because it does not follow the rules of HTTP.",
        "Запрос не принят, поскольку он составлен не по правилам HTTP.",
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "Göndərmə vaxtı bitdi",
        "Məlumat vaxtında tam göndərilmədi. İnternet bağlantısını yoxlayın və yenidən göndərin.",
        "The data did not arrive completely in time. Check your connection and send it again.",
        "Данные не были полностью получены вовремя. Проверьте подключение и отправьте их ещё раз.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "Göndərilən məlumat çox böyükdür",
        "Göndərilən məlumatın həcmi icazə verilən həddi aşır. Faylı kiçildin və ya hissələrə bölüb yenidən göndərin.",
        "What you sent is larger than allowed. Make the file smaller or split it, then send it again.",
        "Объём отправленных данных превышает допустимый. Уменьшите файл или разделите его на части и отправьте снова.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Xəta baş verdi",
        "Sorğunuzu yerinə yetirmək mümkün olmadı. Zəhmət olmasa, bir qədər sonra yenidən cəhd edin.",
        "Your request could not be carried out. Please try again a little later.",
        "Ваш запрос выполнить не удалось. Пожалуйста, повторите попытку немного позже.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Sistem hazırda yüklüdür",
        "Hazırda müraciətlərin sayı çoxdur. Zəhmət olmasa, bir neçə saniyədən sonra səhifəni yeniləyin.",
        "There are very many requests at the moment. Please reload the page in a few seconds.",
        "Сейчас поступает очень много обращений. Пожалуйста, обновите страницу через несколько секунд.",
    ),
}


def plain_page(status: HTTPStatus) -> tuple[list[Header], bytes]:
    """Headers and body of a page that needs no template, no database and no language cookie."""
    body = _BODIES[status]
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        # What is left of the request is of no use, and where it ends may be unknown.
        (b"connection", b"close"),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    return headers, body


def _page(title: str, az: str, en: str, ru: str) -> bytes:
    return _PAGE.format(title=escape(title), az=escape(az), en=escape(en), ru=escape(ru)).encode()


_BODIES = {status: _page(*texts) for status, texts in _TEXTS.items()}
