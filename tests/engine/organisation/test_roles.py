"""The presets and the vocabulary of diagrams speak of the same roles."""

from __future__ import annotations

from engine.organisation import ROLES, PartnerKind
from processes import vocabulary


def test_every_lane_of_the_vocabulary_is_worked_by_a_preset_or_a_kind_of_partner():
    worked = {lane for role in ROLES.values() for lane in role.lanes} | set(PartnerKind)

    assert set(vocabulary.ROLES) <= worked


def test_a_preset_without_families_reads_no_level():
    assert {role.id for role in ROLES.values() if role.sees == "none"} == {
        role.id for role in ROLES.values() if not role.levels
    }


def test_every_preset_has_a_name_in_both_languages():
    assert all(role.name_ja and role.name_en for role in ROLES.values())
