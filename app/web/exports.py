"""Lists as files for spreadsheets: CSV as it opens in an office in Baku, and XLSX."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from flask import Response, stream_with_context

from app.web.attachments import attached

Row = list[str | int | Decimal | datetime]
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Spreadsheets take a text that begins so for a formula, and would carry out what a stranger wrote.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BUFFER = 64 * 1024


def csv_file(name: str, rows: Iterable[Row]) -> Response:
    """Row by row: with the mark by which spreadsheets know UTF-8, semicolons, and the decimal comma."""
    return attached(stream_with_context(_csv(rows)), CSV, f"{name}.csv")


def _csv(rows: Iterable[Row]) -> Iterator[bytes]:
    buffer = io.StringIO()
    write = csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow
    buffer.write("\N{BYTE ORDER MARK}")
    for row in rows:
        write([_text(value) for value in row])
        if buffer.tell() > BUFFER:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _text(value: str | int | Decimal | datetime) -> str:
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def xlsx_file(name: str, rows: Iterable[Row]) -> Response:
    """Written row by row to a file of its own, which is gone when it has been sent."""
    from xlsxwriter import Workbook

    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    with Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
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
    return attached(_sent(file), XLSX, f"{name}.xlsx")


def _sent(file: "tempfile._TemporaryFileWrapper[bytes] | io.BufferedRandom") -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(BUFFER):
            yield chunk
