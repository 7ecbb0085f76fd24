"""What every template may use: words for codes, days as people say them, and what the visitor may do."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, g, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from engine import organisation
from engine.access import Action, Actor, Standing, Subject, policy
from engine.access import load as load_standing
from engine.casework import people, viewing
from engine.casework.guidance import NextStep
from engine.casework.views import DiagramView, TaskView
from engine.clock import wall_now
from forms.sentences import Sentence
from processes.vocabulary import EXITS, LANES
from web import language, letters, set_aside, wording
from web.pages import days
from web.request_scope import Scope
from web.settings import Settings

_LANE_NAMES = {role: name for name, role in reversed(list(LANES.items()))}


def today() -> date:
    """The town's day; at a page without a scope the day on the wall."""
    scope: Scope | None = g.get("scope")
    return days.today_of(scope.now if scope is not None else wall_now())


def visitor() -> Actor | None:
    """Who is signed in, if anybody."""
    scope: Scope | None = g.get("scope")
    return scope.somebody if scope is not None else None


def may(*actions: str) -> bool:
    """Whether the visitor has a key to one of these doors at all. The acts decide about the single family."""
    actor = visitor()
    return actor is not None and any(Action(action) in post.keys for post in actor.posts for action in actions)


def may_with_case(scope: Scope, case_id: str, *actions: Action, subject: Subject | None = None) -> dict[str, bool]:
    """Action -> whether it is allowed on this family today."""
    standing = _standing(scope, case_id)
    return {action.value: isinstance(policy.decide(standing, action, subject), policy.Allowed) for action in actions}


def require_with_case(scope: Scope, case_id: str, action: Action, subject: Subject | None = None) -> None:
    """Refuses unless it is allowed on this family today. Raises Forbidden, Hidden."""
    policy.require(_standing(scope, case_id), action, subject)


def _standing(scope: Scope, case_id: str) -> Standing:
    tasks = viewing.open_subjects(scope.session, case_id)
    return load_standing(scope.session, scope.actor, case_id, on=days.today_of(scope.now), tasks=tasks)


def role(role_id: str) -> str:
    """The name of a role, or of a partner's lane."""
    names = people.role_names().get(role_id)
    if names is not None:
        return names[0] if language.current() == "ja" else names[1]
    return _LANE_NAMES.get(role_id, role_id) if language.current() == "ja" else role_id.replace("_", " ").capitalize()


def centre(code: str) -> str:
    """The name of a centre."""
    return centre_names().get(code, code)


def centre_names() -> dict[str, str]:
    """Code -> name of every centre, read once a request."""
    if "centre_names" not in g:
        scope: Scope = g.scope
        ja = language.current() == "ja"
        g.centre_names = {
            each.code: each.name_ja if ja else each.name_en for each in organisation.centres(scope.session)
        }
    names: dict[str, str] = g.centre_names
    return names


def level(number: int | None) -> str:
    """レベル2 要支援."""
    return language.say(wording.LEVELS[number]) if number in wording.LEVELS else ""


def relation(code: str) -> str:
    """母, 子 …"""
    words = wording.RELATIONS.get(code)
    return language.say(words) if words else code


def agency(code: str) -> str:
    """A kind of agency in words."""
    words = wording.AGENCIES.get(code)
    return language.say(words) if words else role(code)


def scope_words(code: str) -> str:
    """What part of a file a consent is about."""
    words = wording.SCOPES.get(code)
    return language.say(words) if words else code


def diagram_name(diagram: DiagramView) -> str:
    """The diagram's name in the reader's language."""
    return diagram.name if language.current() == "ja" else diagram.name_en


def step_kind(kind: str) -> str:
    """What kind of step a node of a diagram is."""
    return language.say(wording.STEP_KINDS.get(kind, wording.OTHER_STEP))


def outcome(code: str | None) -> str:
    """The outcome of a task in words."""
    if code in (None, "done"):
        return str(_("完了"))
    words = EXITS.get(str(code))
    return language.say(words) if words else str(code)


def task_name(task: TaskView) -> str:
    """The step's name in the reader's language."""
    return task.name if language.current() == "ja" else task.name_en


def why(task: TaskView) -> str:
    """Why the work is on the desk: after which step or day it came, or the reason somebody gave."""
    if task.after is None:
        return task.why
    return str(_("「%(step)s」のあと", step=language.say(task.after)))


def named(thing: Any) -> str:
    """`name` or `name_en` of a view."""
    return str(thing.name if language.current() == "ja" else thing.name_en)


def say(sentence: Sentence | None) -> str:
    return language.say(sentence) if sentence is not None else ""


def next_step(step: NextStep) -> str:
    """What comes next, and whose it is."""
    name = language.say(step.name)
    if step.lane is None:
        return name
    return f"{name}({role(step.lane)})" if language.current() == "ja" else f"{name} ({role(step.lane)})"


def shell_name(actor: Actor) -> str:
    """Name and trade for the page's head."""
    trades = "・".join(dict.fromkeys(role(post.role) for post in actor.posts))
    if language.current() == "ja":
        return f"{actor.name}({trades})" if trades else actor.name
    return f"{actor.name} ({trades})" if trades else actor.name


def _place(actor: Actor) -> str:
    """The name of the actor's centre or agency; empty where it cannot be looked up any more."""
    try:
        session = g.scope.session
    except RuntimeError:
        return ""
    ja = language.current() == "ja"
    places = organisation.centres(session) if actor.centre_id is not None else organisation.partners(session)
    own = actor.centre_id or actor.partner_id
    return next((each.name_ja if ja else each.name_en for each in places if each.id == own), "")


def readings(text: str, shown: bool) -> Markup:
    """A text of a letter, with the readings of its characters or without."""
    return letters.with_readings(text, shown=shown)


def letter_name(kind: str) -> str:
    """What a letter is called on lists."""
    return str(letters.with_readings(language.say(letters.letter(kind).title), shown=False))


def register(app: Flask, settings: Settings) -> None:
    """Filters and names for the templates."""
    filters = (
        days.as_time,
        days.as_instant,
        days.long_day,
        days.long_day_of,
        days.short_day,
        days.near_day,
        days.clock_time,
        days.age,
    )
    app.jinja_env.filters.update({each.__name__: each for each in (*filters, days.clock_time, days.age)})
    app.jinja_env.filters.update(say=say, role=role, centre=centre, level_words=level, relation=relation)
    app.jinja_env.filters.update(
        outcome=outcome, next_step=next_step, named=named, years=days.years, weeks=days.weeks, stage=days.stage, why=why
    )
    app.jinja_env.filters.update(agency=agency, scope_words=scope_words, typed_day=days.typed_day)
    app.jinja_env.filters.update(diagram_name=diagram_name, step_kind=step_kind)
    app.jinja_env.filters["remaining"] = days.remaining
    app.jinja_env.filters.update(readings=readings, letter_name=letter_name)
    app.jinja_env.filters.update(day_words=letters.day_words, hour_words=letters.hour_words)
    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["wording_of_proposal"] = lambda why: language.say(wording.WHY_PROPOSED[why])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    version = _bundle_version(app)

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        actor = visitor()
        return {
            "lang": language.current(),
            "csrf": generate_csrf,
            "written_by": lambda not_kept=(): set_aside.mark(actor, request.path, not_kept) if actor else "",
            "bundle": version,
            "today": today(),
            "printed_at": g.scope.now if g.get("scope") is not None else wall_now(),
            "actor": actor,
            "who": shell_name(actor) if actor else "",
            "place": _place(actor) if actor else "",
            "town_calendar_moves": not settings.in_production and may("clock.move"),
            "here": request.full_path.rstrip("?") if request.method == "GET" else request.path,
        }


def _bundle_version(app: Flask) -> str:
    """The first digits of the hash of the browser code's sources: changes with every build."""
    try:
        with open(f"{app.static_folder}/bundle/sources.sha256", encoding="ascii") as file:
            return file.read(12)
    except OSError:
        return "0"
