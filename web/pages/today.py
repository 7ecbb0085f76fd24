"""今日: what must I do, for whom, by when, and why; taking work on, giving it to a colleague."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import organisation
from engine.access import Action
from engine.casework import colleagues, notifications, putting_off, supervision, tasks, unclosed
from engine.casework.partnership import is_guest
from engine.casework.unclosed import Unclosed
from engine.casework.views import TaskView, WorklistCounts
from engine.errors import NotFound, NotPermitted
from engine.workflow.task import TaskAlreadyCompleted, TaskClaimed
from forms.compiler import AnswersRejected
from forms.dates import DateError, parse_day
from web import language
from web.pages import days, places, received, showing
from web.pages.blueprint import pages as new_pages
from web.pages.process_names import process_names
from web.request_scope import act, current, text_without_nul

pages = new_pages("today", __name__)

Answer = str | Response | tuple[str, int]
PAGE = 50
TABS = ("me", "centre", "waiting")
BEHIND_FIGURES = ("none", "person", "handed_over", "decide")
DUE = ("overdue", "today", "week")
_MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Rows due at about the same time. complete: whether all of the list's rows of this kind stand on this page."""

    key: str
    title: str
    rows: Sequence[TaskView]
    complete: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. Nothing here names a person; the name searched for is posted."""

    of: str
    process: str
    lane: str
    centre: str
    due: str
    cursor: str
    who: str = ""
    district: str = ""

    @property
    def assignee(self) -> str | None:
        """Whose work: the visitor's, nobody's, a colleague's (their id), or anybody's."""
        return {"me": "me", "none": "none", "person": self.who or "none"}.get(self.of)

    def query(self, **changes: str) -> dict[str, str]:
        """For an address: only what is set."""
        known = {"of": self.of, "kind": self.process, "lane": self.lane, "centre": self.centre, "due": self.due}
        known |= {"who": self.who, "district": self.district}
        return {name: value for name, value in {**known, **changes}.items() if value}

    def address(self) -> str:
        """Where this list stands."""
        return f"/?{urlencode(self.query())}"


@pages.get("/")
@act("worklist.show", writes=False)
def show() -> Answer:
    """The list of today's work; whoever has no worklist goes to the place they have."""
    if not showing.may(Action.VIEW_WORKLIST):
        return redirect(places.home(), 303)
    return _page("")


@pages.post("/")
@act("worklist.search", writes=False)
def search() -> Answer:
    """The list narrowed to a name: posted, so that the name stands in no address and no log."""
    q = text_without_nul("q", request.form.get("q", "")).strip()[:100]
    if not q:
        return redirect(_filters("").address(), 303)
    return _page(q)


def _page(q: str) -> str:
    scope = current()
    counts = tasks.counts(scope.session, scope.actor, now=scope.now)
    sent = is_guest(scope.actor)
    filters = _filters("me" if counts.mine or not (counts.centre or sent) else "centre")
    today = showing.today()
    stands_from, stands_before = _window(filters.due, today)
    page = tasks.worklist(
        scope.session,
        scope.actor,
        assignee=filters.assignee,
        without_case=filters.of == "waiting",
        awaiting_receipt=filters.of == "handed_over",
        process=filters.process or None,
        lanes=_lanes(filters),
        centre=filters.centre or None,
        district=filters.district or None,
        q=q or None,
        cursor=filters.cursor or None,
        limit=PAGE,
        now=scope.now,
        due_before=today if filters.due == "overdue" else None,
        stands_from=stands_from,
        stands_before=stands_before,
    )
    heads = _leading()
    return render_template(
        "today.html",
        sessions=_not_closed(heads) if not filters.cursor else (),
        close_at=places.close_checkups_at(),
        received=received.lines(page.items),
        day_lists=places.of_the_day(),
        sent=sent,
        told=notifications.waiting(scope.session, scope.actor, now=scope.now) if sent else (),
        groups=_groups(page.items, today, first=not filters.cursor, last=page.next is None),
        next_cursor=page.next,
        counts=counts,
        heads=heads,
        tabs=_tabs(counts),
        behind=_list_behind(filters, page.items),
        filters=filters,
        q=q,
        kinds=process_names(scope),
        lanes=sorted({lane for post in scope.actor.posts for lane in post.lanes}),
        centres=_centres_to_choose(),
        districts=_districts_to_choose(),
    )


def _leading() -> supervision.Overview | None:
    """What a head must know before anything else; nothing for others, and nothing while they look at a page further."""
    scope = current()
    if not showing.may(Action.SUPERVISE) or request.values.get("cursor"):
        return None
    return supervision.overview(scope.session, scope.actor, now=scope.now)


def _not_closed(heads: supervision.Overview | None) -> Sequence[Unclosed]:
    """Past check-up sessions for those who may close them, and for those who lead."""
    scope = current()
    if heads is not None:
        return heads.unclosed
    return unclosed.of_lanes(scope.session, scope.actor, now=scope.now)


def _filters(default: str) -> Filters:
    given = request.values
    of = given.get("of", "")
    due = given.get("due", "")
    names = ("kind", "lane", "centre", "cursor", "who", "district")
    process, lane, centre, cursor, who, district = (text_without_nul(name, given.get(name, ""))[:200] for name in names)
    centre = centre if centre in showing.centre_names() else ""
    of = of if of in TABS or of in BEHIND_FIGURES else default
    return Filters(of, process, lane, centre, due if due in DUE else "", cursor, who, district)


def _lanes(filters: Filters) -> list[str]:
    """Whose kind of work is listed; empty: everybody's."""
    if filters.lane:
        return [filters.lane]
    return supervision.deciding_lanes(current().actor) if filters.of == "decide" else []


def _window(due: str, today: date) -> tuple[date | None, date | None]:
    """From which day on and before which day the work stands: put-off work under the day it was put off to."""
    if due == "today":
        return today, today + timedelta(days=1)
    if due == "week":
        return today, today + timedelta(days=7 - today.weekday())
    return None, None


def _tabs(counts: WorklistCounts) -> list[tuple[str, str, int]]:
    sent = is_guest(current().actor)
    tabs = [
        ("me", _("私の仕事"), counts.mine),
        ("centre", _("届いている仕事") if sent else _("センターの仕事"), counts.centre),
    ]
    if showing.may(Action.MATCH_MESSAGE) or counts.waiting_for_person:
        tabs.append(("waiting", _("連絡待ち"), counts.waiting_for_person))
    return tabs


def _list_behind(filters: Filters, rows: Sequence[TaskView]) -> str:
    """What is listed where no tab says it: the list behind a figure of 見守り; empty behind a tab."""
    if filters.of == "person" and rows:
        return str(_("%(name)sさんの仕事", name=rows[0].assignee_name))
    lists = {
        "person": _("ひとりの仕事"),
        "none": _("受け持つ人がいない仕事"),
        "handed_over": _("引継ぎ未受領の仕事"),
        "decide": _("要判断の仕事"),
    }
    return str(lists.get(filters.of, ""))


def _groups(rows: Sequence[TaskView], today: date, *, first: bool, last: bool) -> list[Group]:
    titles = {
        "overdue": _("期限超過"),
        "today": _("今日"),
        "week": _("今週"),
        "later": _("これから"),
        "none": _("期限なし"),
    }
    week_end = today + timedelta(days=6 - today.weekday())
    found: dict[str, list[TaskView]] = {key: [] for key in titles}
    for row in rows:
        found[_group(_place(row, today), today, week_end)].append(row)
    filled = [key for key in titles if found[key]]
    return [
        Group(key, titles[key], found[key], (first or key != filled[0]) and (last or key != filled[-1]))
        for key in filled
    ]


def _place(row: TaskView, today: date) -> date | None:
    """The day it stands under: when it is due, or to which it was put off, until that day is over."""
    return row.stands_on if row.put_off_to is not None and row.put_off_to >= today else row.due_on


def _group(due_on: date | None, today: date, week_end: date) -> str:
    if due_on is None:
        return "none"
    if due_on < today:
        return "overdue"
    if due_on == today:
        return "today"
    return "week" if due_on <= week_end else "later"


def _centres_to_choose() -> dict[str, str]:
    """For those who see more than one centre; else none to choose from."""
    scope = current()
    if not showing.may(Action.VIEW_CENTRE_WORKLIST):
        return {}
    reached = {
        each.code
        for each in organisation.centres(scope.session)
        if any(post.serves(each.id) for post in scope.actor.posts)
    }
    names = showing.centre_names()
    return {code: name for code, name in names.items() if code in reached} if len(reached) > 1 else {}


def _districts_to_choose() -> list[tuple[str, str]]:
    """(code, name) of the districts of the centres the visitor serves; none where there is nothing to choose."""
    scope = current()
    found = [
        (each.code, each.name)
        for each in organisation.districts_on(scope.session, showing.today())
        if any(post.serves(each.centre_id) for post in scope.actor.posts)
    ]
    return found if len(found) > 1 else []


@pages.post("/together")
@act("task.claim_together")
def together() -> Answer:
    """Take several tasks on at once; those somebody else was faster with stay theirs."""
    chosen = list(dict.fromkeys(request.form.getlist("task")))[:_MOST_AT_ONCE]
    back = _filters("centre").address()
    if not chosen:
        flash(_("仕事をえらんでから押してください。"), "warn")
        return redirect(back, 303)
    if request.form.get("act") == "hand":
        return _hand_page(chosen)
    if request.form.get("act") == "put_off":
        return _put_off_page([(each, "") for each in _tasks(chosen)])
    scope = current()
    taken, too_late = 0, 0
    for task_id in chosen:
        try:
            tasks.claim_task(scope.session, scope.actor, task_id, now=scope.now)
            taken += 1
        except (TaskClaimed, TaskAlreadyCompleted, NotFound):
            too_late += 1
    if taken:
        flash(_("%(number)s件を受け持ちました。", number=taken), "success")
    if too_late:
        flash(_("%(number)s件は、ほかの人が先に受け持ったか終えています。", number=too_late), "warn")
    return redirect(back, 303)


def _hand_page(chosen: list[str]) -> str:
    views = _tasks(chosen)
    return render_template("hand.html", tasks=views, colleagues=_colleagues(chosen), back=_filters("centre").query())


def _tasks(chosen: Sequence[str]) -> list[TaskView]:
    scope = current()
    return [tasks.show_task(scope.session, scope.actor, task_id, now=scope.now) for task_id in chosen]


@pages.post("/put-off")
@act("task.put_off_together")
def put_off() -> Answer:
    """延期: put work off to another day; each row for itself, and those that could not be are shown again with why."""
    scope = current()
    chosen = list(dict.fromkeys(request.form.getlist("task")))[:_MOST_AT_ONCE]
    if not chosen:
        flash(_("仕事をえらんでから押してください。"), "warn")
        return redirect(_filters("centre").address(), 303)
    reason = text_without_nul("reason", request.form.get("reason", ""))
    errors: dict[str, list[str]] = {}
    to = None
    try:
        to = parse_day(text_without_nul("to", request.form.get("to", "")))
        putting_off.check(scope.session, to, reason, on=showing.today())
    except DateError as error:
        errors["to"] = [language.say(error.sentence)]
    except AnswersRejected as rejected:
        errors = {key: [language.say(each) for each in said] for key, said in rejected.errors.items()}
    if errors or to is None:
        return _put_off_page([(each, "") for each in _tasks(chosen)], errors), 422
    refused = [(task_id, why) for task_id in chosen if (why := _not_put_off(task_id, to, reason))]
    if done := len(chosen) - len(refused):
        words = _("%(number)s件を%(day)sまで延期しました。", number=done, day=days.short_day(to))
        flash(words, "success")
    if not refused:
        return redirect(_filters("centre").address(), 303)
    shown = [(tasks.show_task(scope.session, scope.actor, task_id, now=scope.now), why) for task_id, why in refused]
    page = _put_off_page(shown)
    return page if done else (page, 409)  # a refusal would take back what was done


def _not_put_off(task_id: str, to: date, reason: str) -> str:
    """Why this one could not be put off; empty where it was."""
    scope = current()
    try:
        putting_off.put_off(scope.session, scope.actor, task_id, to=to, reason=reason, now=scope.now)
    except AnswersRejected as rejected:
        return " ".join(language.say(each) for said in rejected.errors.values() for each in said)
    except TaskClaimed:
        return str(_("ほかの人が受け持っています。"))
    except TaskAlreadyCompleted:
        return str(_("もう終わっています。"))
    except NotPermitted:
        return str(_("あなたの職種の仕事ではありません。"))
    return ""


def _put_off_page(shown: Sequence[tuple[TaskView, str]], errors: Mapping[str, list[str]] | None = None) -> str:
    return render_template(
        "put_off.html",
        shown=shown,
        furthest=putting_off.furthest(current().session, on=showing.today()),
        errors=errors or {},
        to=request.form.get("to", ""),
        reason=request.form.get("reason", ""),
        back=_filters("centre").query(),
    )


def _colleagues(task_ids: Sequence[str]) -> list[tuple[str, str]]:
    """(login, name and trade) of those to whom each of these tasks may be given."""
    scope = current()
    found = colleagues.who_may_do(scope.session, task_ids, now=scope.now)
    return [(user.login, f"{user.name}・{'・'.join(showing.role(each) for each in user.roles)}") for user in found]


@pages.post("/hand")
@act("task.assign_together")
def hand() -> Answer:
    """Give tasks to a colleague."""
    scope = current()
    chosen = list(dict.fromkeys(request.form.getlist("task")))[:_MOST_AT_ONCE]
    login = text_without_nul("login", request.form.get("login", ""))[:200]
    for task_id in chosen:
        tasks.assign_task(scope.session, scope.actor, task_id, login, now=scope.now)
    flash(_("%(number)s件の担当を変えました。", number=len(chosen)), "success")
    return redirect(_filters("centre").address(), 303)
