"""The administrators' first page, and the end of all sessions."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect
from flask.typing import ResponseReturnValue

from app.administration import operations, queries
from app.core.errors import N_
from app.web.context import context
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import render

blueprint = Blueprint("administration", __name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the list, see `templates/components/task_list.html`."""

    title: str
    hint: str
    href: str
    word: str = ""
    tone: str = ""


@blueprint.get("/admin")
@allow("administration.look")
def first() -> ResponseReturnValue:
    here = context()
    found = queries.overview(here.session, here.clock.now())
    tasks = [
        _task(N_("İstifadəçilər"), N_("Şəxslər, rolları, gömrük orqanı, giriş vasitələri"), "/admin/people"),
        _task(N_("Təkliflər"), N_("İkinci administratorun təsdiqini gözləyənlər"), "/admin/proposals", found.proposals),
        _task(N_("Bağlanmış girişlər"), N_("Şəxs, cihaz və ya giriş vasitəsi"), "/admin/access", found.bars),
        _task(N_("Gömrük orqanları"), N_("Açmaq, adını dəyişmək, bağlamaq"), "/admin/offices"),
        _task(N_("Bayram və iş günləri"), N_("Müddətlərin hesablandığı təqvim"), "/admin/holidays"),
        _task(N_("Müraciət edən sistemlər"), N_("Sertifikatlar və açıq əməliyyatlar"), "/admin/systems"),
        _task(N_("Çatdırılmamış bildirişlər"), "", "/admin/outbox", found.undelivered),
        _task(N_("Bütün girişləri bağlamaq"), N_("Yalnız fövqəladə hal üçün"), "/admin/sessions"),
    ]
    return render("administration/overview.html", tasks=tasks)


def _task(title: str, hint: str, href: str, number: int = 0) -> Task:
    words = translate(g.language, title), translate(g.language, hint) if hint else ""
    return Task(*words, href, str(number) if number else "", "warn" if number else "")


@blueprint.get("/admin/sessions")
@allow("administration.look")
def ask_to_end_all() -> ResponseReturnValue:
    return render("administration/end_all.html")


@blueprint.post("/admin/sessions")
@allow("administration.end_all_sessions")
def end_all() -> ResponseReturnValue:
    operations.end_all_sessions(context(), operations.EndAllSessions())
    return redirect("/", 303)
