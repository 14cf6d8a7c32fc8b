"""One person, one number, however many ask at the same moment; and numbers that are nobody's VÖEN."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core.context import ANONYMOUS, Channel, Context
from app.core.db import db, write_transaction
from app.core.errors import Invalid
from app.core.identifiers import check_gooen, check_voen
from app.core.ports import Paper, PaperKind, RegisteredPerson
from app.gooen.operations import Confirm, LookUp, PictureAnswer, confirm, look_up
from app.gooen.operations.issuing import issue_number
from app.picture_codes.rules import code_of, new_picture
from tests.thoroughness import tried

BROWSERS, AT_ONCE = "12345", 50  # A person is asked for five times a day.


def test_50_requests_at_once_for_one_person_give_one_number(portal: Flask, system: Context) -> None:
    with portal.app_context():
        engine = db.engine

    def visitor(session: Session, browser: str) -> Context:
        return replace(system, actor=ANONYMOUS, session=session, address=f"198.51.100.{browser}", channel=Channel.WEB)

    def ask(browser: str) -> str:
        with Session(engine) as session:
            context = visitor(session, browser)
            picture = new_picture(context.ports.secret, context.clock.now())
            answer = PictureAnswer(picture, code_of(context.ports.secret, picture, browser))
            return look_up(context, LookUp(Paper("AZ", PaperKind.PIN, "AB12CD3"), browser, answer)).public_id

    def say_yes(asked: tuple[str, str]) -> str:
        browser, public_id = asked
        with Session(engine) as session:
            return confirm(visitor(session, browser), Confirm(public_id, browser)).number

    asked = [(browser, ask(browser)) for browser in BROWSERS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = Counter(pool.map(say_yes, asked * (AT_ONCE // len(asked))))
    assert len(numbers) == 1
    assert numbers.total() == AT_ONCE


@pytest.mark.trust
def test_every_number_is_valid_and_none_is_a_voen(
    portal: Flask, system: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    many = len(tried(range(5000), 25))
    day = date(2020, 1, 1)
    with write_transaction(system.session):
        numbers = {
            issue_number(system, RegisteredPerson(f"F{one:06}", "", "X", "Y", "", day, "", str(one), "Z", day, None))[0]
            for one in range(many)
        }
    assert len(numbers) == many
    for number in numbers:
        check_gooen(number)
        with pytest.raises(Invalid):
            check_voen(number)
    with capsys.disabled():
        print(f"\n{many} GÖÖEN issued: all valid by the rule, none valid as VÖEN")
