"""What each message from outside means for the case it belongs to: records first, then the process.

A handler returns True when the case took the message, False when nothing waits for it yet (it is buffered).
It raises `Unclear` when it fits no track or several: then a person decides, never "the first". Whoever has a message
asks `take`, which leaves nothing of a handler that ends so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from engine.cases import consent as consents
from engine.cases import family, tracks
from engine.cases.family import Person
from engine.cases.search_key import resident_key
from engine.cases.tracks import Child, ChildState, Pregnancy, PregnancyState
from engine.casework import births, consenting, moves
from engine.casework.contradictions import CONTRADICTION, contradicts
from engine.casework.delivery import Delivery, Unclear
from engine.casework.knowledge import CaseKnowledge
from engine.casework.message_payload import CHILDREN
from engine.workflow.message import Inbox, InboxState
from engine.workflow.step import Step
from forms.ages import completed_years

TWIN_DAYS = 60
PREGNANCY = timedelta(days=280)  # from its first day to the due date
LONGEST_OVERDUE = timedelta(days=28)  # 44w0d: no pregnancy lasts longer, so it is another child or another due date
SCHOOL_AGE = 7  # every child of this age is at school

T = TypeVar("T", Pregnancy, Child)


def pregnancy_notified(delivery: Delivery) -> bool:
    """A pregnancy begins: a record, its facts, and its track."""
    known = tracks.pregnancies(delivery.step.session, delivery.case_id)
    track = f"p{len(known) + 1}"
    due_on = delivery.day("due_on", "edd")
    count = delivery.value("fetus_count")
    delivery.step.session.add(
        Pregnancy(
            case_id=delivery.case_id,
            track_id=track,
            state=PregnancyState.OPEN,
            due_on=due_on,
            fetus_count=count if isinstance(count, int) else 1,
        )
    )
    delivery.step.session.flush()
    facts = delivery.facts() | {"pregnant": True}
    if due_on is not None:
        facts["due_on"] = due_on
    delivery.knowledge.set_facts(track, facts)
    return _start(delivery, track)


def birth_registered(delivery: Delivery) -> bool:
    """One message may tell of several children born together: `children` holds what differs between them."""
    shared = {key: value for key, value in delivery.payload.items() if key != CHILDREN}
    each = [replace(delivery, payload={**shared, **child}) for child in delivery.payload.get(CHILDREN, [{}])]
    if not delivery.confirmed:
        _doubt(delivery, each)
    taken = [_child_born(one) for one in each]
    return all(taken)


def _doubt(delivery: Delivery, each: Sequence[Delivery]) -> None:
    """What a person must look at before anything is written: another day than known, a child at school, one too many,
    a birth that its due date is too early for.

    Raises Unclear.
    """
    session, members = delivery.step.session, family.members(delivery.step.session, delivery.case_id)
    born = Counter(child.pregnancy_track for child in tracks.children(session, delivery.case_id))
    for one in each:
        born_on, registered = _day_of_birth(one), _already_registered(one, members)
        if registered is not None:
            if contradicts(one.knowledge, registered.track_id, "born_on", born_on):
                raise Unclear(CONTRADICTION)
            continue
        if completed_years(born_on, one.knowledge.day) >= SCHOOL_AGE:
            raise Unclear("past_school")
        pregnancy = _pregnancy_of_birth(one, born_on)
        if pregnancy is not None:
            born[pregnancy.track_id] += 1
            if born[pregnancy.track_id] > pregnancy.fetus_count:
                raise Unclear("more_children")
            if pregnancy.due_on is not None and born_on > pregnancy.due_on + LONGEST_OVERDUE:
                raise Unclear("far_past_term")


def _day_of_birth(delivery: Delivery) -> date:
    return delivery.day("born_on", "birth_date") or delivery.knowledge.day


def _child_born(delivery: Delivery) -> bool:
    """A child is born: a person, its record and facts, its own track; the pregnancy's wait for the birth ends."""
    session, knowledge = delivery.step.session, delivery.knowledge
    born_on = _day_of_birth(delivery)
    members = family.members(session, delivery.case_id)
    registered = _already_registered(delivery, members)
    if registered is not None:
        births.correct_day(knowledge, registered.track_id, born_on)
        knowledge.set_facts(registered.track_id, delivery.facts() | {"born_on": born_on})
        return True
    pregnancy = _pregnancy_of_birth(delivery, born_on)
    siblings = tracks.children(session, delivery.case_id)
    track = f"c{len(siblings) + 1}"
    mother = next((person for person in members if person.relation == "mother"), None)
    child = _child_person(delivery, track, born_on, mother, number=len(siblings) + 1)
    session.add(child)
    session.add(
        Child(
            case_id=delivery.case_id,
            track_id=track,
            person_id=child.id,
            state=ChildState.OPEN,
            born_on=born_on,
            pregnancy_track=pregnancy.track_id if pregnancy else None,
        )
    )
    if pregnancy is not None and pregnancy.state == PregnancyState.OPEN:
        pregnancy.state, pregnancy.ended_on = PregnancyState.BORN, born_on
    session.flush()
    knowledge.forget_persons()
    still_pregnant = any(p.state == PregnancyState.OPEN for p in tracks.pregnancies(session, delivery.case_id))
    knowledge.set_facts(track, delivery.facts() | {"born_on": born_on, "pregnant": still_pregnant})
    started = _start(delivery, track)
    if pregnancy is not None:
        first = knowledge.facts(pregnancy.track_id).get("born_on") or born_on  # of twins born around midnight
        knowledge.set_facts(pregnancy.track_id, {"born_on": first, "birth_status": "born"})
        for catch in delivery.step.run.catches(delivery.name):
            if catch.kind != "track_start" and catch.track == pregnancy.track_id:
                delivery.step.catch(catch.key, name=delivery.name)
                break
    return started


def _already_registered(delivery: Delivery, members: Sequence[Person]) -> Person | None:
    """The child it names by its track or by its resident id: two offices may tell of one birth."""
    resident_id = resident_key(str(delivery.value("resident_id") or ""))
    children = [who for who in members if who.relation == "child" and who.track_id is not None]
    named = next((who for who in children if who.track_id == tracks.root(delivery.track)), None)
    return named or next((who for who in children if resident_id and who.resident_id == resident_id), None)


def _pregnancy_of_birth(delivery: Delivery, born_on: date) -> Pregnancy | None:
    """The pregnancy a child was born of: the one named, else the only one open, else that of a twin born just now.

    None for a child born before the family was known here, or before the pregnancy began: an older one of a family
    that moved in. Raises Unclear for two open pregnancies.
    """
    known = tracks.pregnancies(delivery.step.session, delivery.case_id)
    if delivery.track is not None:
        return _named(known, delivery.track)
    open_now = [pregnancy for pregnancy in known if pregnancy.state == PregnancyState.OPEN]
    open_now = [each for each in open_now if each.due_on is None or born_on >= each.due_on - PREGNANCY]
    if len(open_now) > 1:
        raise Unclear("several_pregnancies")
    twins = [
        pregnancy
        for pregnancy in known
        if pregnancy.state == PregnancyState.BORN
        and pregnancy.ended_on is not None
        and abs(pregnancy.ended_on - born_on) <= timedelta(days=TWIN_DAYS)
    ]
    return next(iter(open_now or twins), None)


def _child_person(delivery: Delivery, track: str, born_on: date, mother: Person | None, *, number: int) -> Person:
    family_name, given_name = _split(
        str(delivery.value("child_name", "name") or ""), mother.family_name if mother else ""
    )
    family_kana, given_kana = _split(
        str(delivery.value("child_kana", "kana") or ""), mother.family_name_kana if mother else ""
    )
    person = Person(
        case_id=delivery.case_id,
        relation="child",
        track_id=track,
        family_name=str(delivery.value("family_name") or family_name),
        given_name=str(delivery.value("given_name") or given_name or f"第{number}子（未命名）"),
        family_name_kana=str(delivery.value("family_name_kana") or family_kana),
        given_name_kana=str(delivery.value("given_name_kana") or given_kana),
        birth_date=born_on,
        sex=str(delivery.value("sex") or "") or None,
        resident_id=resident_key(str(delivery.value("resident_id") or "")) or None,
        created_at=delivery.knowledge.now,
    )
    person.index()
    return person


def _split(name: str, family_name: str) -> tuple[str, str]:
    """`佐藤 みのり` → both parts; a single word is the given name, the family name being the mother's."""
    parts = name.replace("\u3000", " ").split(" ", 1)
    return (parts[0], parts[1].strip()) if len(parts) == 2 else (family_name, parts[0])


def pregnancy_lost(delivery: Delivery) -> bool:
    """X1. Ends the support of this pregnancy the same day; what follows is drawn in the loss diagram."""
    pregnancy = _one_open(
        delivery,
        [p for p in tracks.pregnancies(delivery.step.session, delivery.case_id) if p.state == PregnancyState.OPEN],
    )
    lost_on = delivery.day("lost_on", "occurred_on") or delivery.knowledge.day
    facts = delivery.facts()
    kind = delivery.value("loss_kind", "kind", "loss")
    if kind is not None:
        facts["loss_kind"] = str(kind)
    _enter_loss(delivery.step, delivery.knowledge, pregnancy, lost_on)
    return delivery.deliver(pregnancy.track_id, facts)


def _enter_loss(step: Step, knowledge: CaseKnowledge, pregnancy: Pregnancy, lost_on: date) -> None:
    pregnancy.state, pregnancy.ended_on = PregnancyState.LOST, lost_on
    others = tracks.pregnancies(step.session, knowledge.owner_id)
    still_pregnant = any(other.state == PregnancyState.OPEN for other in others)
    knowledge.set_facts(pregnancy.track_id, {"lost_on": lost_on, "pregnant": still_pregnant})


def loss_learned(step: Step, knowledge: CaseKnowledge, track: str | None) -> None:
    """A diagram says that the pregnancy of its track was lost: staff heard of it before any register did."""
    for pregnancy in tracks.pregnancies(step.session, knowledge.owner_id):
        if pregnancy.track_id == tracks.root(track) and pregnancy.state == PregnancyState.OPEN:
            _enter_loss(step, knowledge, pregnancy, knowledge.day)


moves.RECORDED["pregnancy_lost"] = loss_learned


def died(delivery: Delivery) -> bool:
    """X3: the death of a child ends its track. Of an adult, or where it does not say of whom, a person decides."""
    who = str(delivery.value("person", "relation") or "")
    if not who and delivery.track is None:
        raise Unclear("death_of_whom")
    if (who or "child") != "child":
        raise Unclear("death_of_adult")
    child = _one_open(
        delivery, [c for c in tracks.children(delivery.step.session, delivery.case_id) if c.state == ChildState.OPEN]
    )
    died_on = delivery.day("died_on") or delivery.knowledge.day
    child.state, child.ended_on = ChildState.DIED, died_on
    return delivery.deliver(child.track_id, delivery.facts() | {"died_on": died_on})


def due_date_corrected(delivery: Delivery) -> bool:
    """A corrected due date is a fact; every timer that names it moves when the step is settled."""
    pregnancy = _one_open(
        delivery,
        [p for p in tracks.pregnancies(delivery.step.session, delivery.case_id) if p.state == PregnancyState.OPEN],
    )
    due_on = delivery.day("due_on", "edd")
    if due_on is None:
        raise Unclear("no_due_date")
    delivery.deliver(pregnancy.track_id, delivery.facts() | {"due_on": due_on})
    return True


def moved_out(delivery: Delivery) -> bool:
    moved_on = delivery.day("moved_on", "move_date", "move_on") or delivery.knowledge.day
    return delivery.deliver(None, delivery.facts() | {"move_on": moved_on})


def moved_in(delivery: Delivery) -> bool:
    """X6 for a family that has a case here already: isolation is a risk of its own (W19)."""
    moved_on = delivery.day("moved_on", "move_date") or delivery.knowledge.day
    delivery.deliver(None, delivery.facts() | {"recently_moved_in": True, "moved_in_on": moved_on})
    return True


def concern_raised(delivery: Delivery) -> bool:
    return delivery.deliver(delivery.track, delivery.facts())


def checkup_result(delivery: Delivery) -> bool:
    """A result that came from outside: the check-up of that kind takes it where it waits, else the child's own line.

    One that does not say of which check-up it is fits none of them.
    """
    track = delivery.track
    if track is None:
        children = tracks.children(delivery.step.session, delivery.case_id)
        track = _one_open(delivery, [child for child in children if child.state == ChildState.OPEN]).track_id
    return delivery.deliver(track, delivery.facts())


def consent_withdrawn(delivery: Delivery) -> bool:
    """Counts from its own day, for one agency or for all; a family that announces it is not shared until then."""
    knowledge, agency = delivery.knowledge, delivery.value("agency")
    day = min(delivery.day("withdrawn_on", "on") or knowledge.day, knowledge.day)
    known = consents.of_case(delivery.step.session, delivery.case_id)
    for consent in known:
        if consent.withdrawn_on is None and agency in (None, consent.agency):
            consent.withdrawn_on = max(day, consent.given_on)
    consenting.settle(knowledge)
    delivery.deliver(None, delivery.facts())
    return True


def take(delivery: Delivery) -> bool:
    """Let the case take the message: all of it or, where it turns out to be unclear on the way, nothing.

    Raises Unclear. Records and facts are then as before; the step itself, in which tracks may have started, is to be
    dropped unless the handler raised before it moved anything.
    """
    try:
        with delivery.step.session.begin_nested():
            return HANDLERS[delivery.name](delivery)
    except Unclear:
        delivery.knowledge.forget()
        raise


def settle(row: Inbox, delivery: Delivery, *, taken: bool) -> None:
    """Note that the case took the message; else keep it for the track it is about, until something waits for it."""
    if taken:
        row.state, row.settled_at = InboxState.DELIVERED, delivery.knowledge.now
        return
    row.state, row.track_id = InboxState.BUFFERED, delivery.meant or row.track_id
    delivery.step.instance.has_buffered = True


def _start(delivery: Delivery, track: str) -> bool:
    start = next((catch for catch in delivery.step.run.catches(delivery.name) if catch.kind == "track_start"), None)
    if start is None:
        return False
    moves.start_track(delivery.step, start.key, delivery.name, track, {})
    return True


def _named(known: Sequence[T], track: str) -> T:
    found = next((record for record in known if record.track_id == track), None)
    if found is None:
        raise Unclear("no_such_track")
    return found


def _one_open(delivery: Delivery, open_now: Sequence[T]) -> T:
    """The track the message names, else the only one it can mean."""
    if delivery.track is not None:
        return _named(open_now, delivery.track)
    if len(open_now) != 1:
        raise Unclear("no_track" if not open_now else "several_tracks")
    return open_now[0]


HANDLERS: Mapping[str, Callable[[Delivery], bool]] = {
    handler.__name__: handler
    for handler in (
        pregnancy_notified,
        birth_registered,
        pregnancy_lost,
        died,
        due_date_corrected,
        moved_out,
        moved_in,
        concern_raised,
        checkup_result,
        consent_withdrawn,
    )
}
