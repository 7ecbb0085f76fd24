"""The day of a birth stands in two places: with the child, and with the pregnancy it ended. Both mean one day."""

from __future__ import annotations

from datetime import date

from engine.cases import tracks
from engine.casework.knowledge import CaseKnowledge


def correct_day(knowledge: CaseKnowledge, child_track: str | None, born_on: date) -> None:
    """Let the child be born on this day; the work that counts from the birth for the mother follows.

    Of twins born around midnight the pregnancy keeps the day of the other.
    """
    held = knowledge.facts(child_track).get("born_on")
    knowledge.set_facts(child_track, {"born_on": born_on})
    child = next(
        (
            each
            for each in tracks.children(knowledge.session, knowledge.owner_id)
            if each.track_id == tracks.root(child_track)
        ),
        None,
    )
    mothers = child.pregnancy_track if child is not None else None
    if mothers is None or knowledge.facts(mothers).get("born_on") != held:
        return
    knowledge.set_facts(mothers, {"born_on": born_on})
    for pregnancy in tracks.pregnancies(knowledge.session, knowledge.owner_id):
        if pregnancy.track_id == mothers and pregnancy.ended_on == held:
            pregnancy.ended_on = born_on
