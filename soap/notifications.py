"""The inbox of a person: what the portal has told him."""

from typing import Any

from spyne import Boolean, ComplexModel

from app.core.errors import N_
from app.notifications.queries import Notice, inbox
from app.web.i18n import translate
from soap.paging import PAGE, USUAL
from soap.services import Service, context_of, offered
from soap.types import Code, Instant, Line, Text, optional, repeated, required
from soap.versions import NAMESPACE

LIST = N_("Portalın şəxsə göndərdiyi bildirişləri yenidən köhnəyə doğru qaytarır. Oxunmuş kimi qeyd etmir.")


class Notification(ComplexModel):
    """One notice, in the language of the message; the path is that of the page it is about."""

    __namespace__ = NAMESPACE
    id = required(Code)
    kind = required(Code)
    subject = required(Line)
    text = required(Text)
    path = optional(Line)
    at = required(Instant)
    readAt = optional(Instant)


class NotificationList(ComplexModel):
    """One page of the inbox, the newest first."""

    __namespace__ = NAMESPACE
    hasMore = required(Boolean)
    nextPageToken = optional(Code)
    notification = repeated(Notification)


class Notifications(Service):
    @offered(
        "notifications.read",
        N_("Bildirişlərin siyahısı"),
        optional(Boolean),
        *PAGE,
        returns=NotificationList,
        notes=LIST,
        example={"onlyUnread": "true"},
    )
    def ListNotifications(
        call: Any, onlyUnread: bool | None, pageSize: int | None, pageToken: str | None
    ) -> NotificationList:
        """Lists what the person was told; reading it here does not mark it as read."""
        context = context_of(call)
        page = inbox(context, pageToken or "", only_unread=bool(onlyUnread), number=int(pageSize or USUAL))
        told = [_notification(notice, context.language) for notice in page.notices]
        return NotificationList(hasMore=bool(page.older), nextPageToken=page.older or None, notification=told)


def _notification(notice: Notice, language: str) -> Notification:
    return Notification(
        id=notice.public_id,
        kind=notice.kind,
        subject=translate(language, notice.words.subject),
        text=translate(language, notice.words.text, **notice.facts),
        path=notice.link or None,
        at=notice.created_at,
        readAt=notice.read_at,
    )
