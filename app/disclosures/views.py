"""The page on which a person reads who looked at his data."""

from urllib.parse import urlencode

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.disclosures import queries
from app.disclosures.rules import REASONS
from app.web.context import context
from app.web.forms import page_number
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("disclosures", __name__)


@blueprint.get("/my-data")
@allow("disclosures.read_own")
def mine() -> ResponseReturnValue:
    page = page_number(request.args)
    found = queries.my_looks(context(), page)
    return render(
        "disclosures/mine.html",
        looks=found.looks,
        reasons=REASONS,
        previous=f"/my-data?{urlencode({'page': page - 1})}" if page > 1 else "",
        following=f"/my-data?{urlencode({'page': page + 1})}" if found.has_more else "",
    )
