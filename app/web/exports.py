"""Lists as files for spreadsheets: CSV as it opens in an office in Baku, and XLSX."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import IO

from flask import Response

from app.web.attachments import attached

Row = list[str | int | Decimal | datetime]
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Spreadsheets take a text that begins so for a formula, and would carry out what a stranger wrote.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BUFFER = 64 * 1024


def csv_file(name: str, rows: Iterable[Row]) -> Response:
    """With the mark by which spreadsheets know UTF-8, semicolons, and the decimal comma."""

    def write(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        text.write("\N{BYTE ORDER MARK}")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerows([_text(value) for value in row] for row in rows)
        text.detach()

    return _sent(write, CSV, f"{name}.csv")


def _text(value: str | int | Decimal | datetime) -> str:
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def xlsx_file(name: str, rows: Iterable[Row]) -> Response:
    """Row by row, so that a long list takes no more memory than a short one."""

    def write(file: IO[bytes]) -> None:
        from xlsxwriter import Workbook

        plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with Workbook(file, plain) as book:
            sheet, head = book.add_worksheet(), book.add_format({"bold": True})
            moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(place, column, value.replace(tzinfo=None), moment)
                    elif isinstance(value, str):
                        sheet.write_string(place, column, value, head if place == 0 else None)
                    else:
                        sheet.write_number(place, column, value)
            sheet.freeze_panes(1, 0)

    return _sent(write, XLSX, f"{name}.xlsx")


def _sent(write: Callable[[IO[bytes]], None], media_type: str, name: str) -> Response:
    """Whole before it leaves, in a file that is gone with the answer: who fetches it slowly holds no database."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    answer = attached(iter(lambda: file.read(BUFFER), b""), media_type, name)
    answer.call_on_close(file.close)
    return answer
