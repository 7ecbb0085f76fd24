"""Forms and names of the bundle."""

from __future__ import annotations

import json

from processes.bundle import Bundle
from tests.processes.drawings import FORM, a_bundle
from tests.processes.linting.cases import refuses


def a_form(fact: str, kind: str = "checkbox") -> Bundle:
    form = json.loads(FORM)
    form["components"][0] |= {"type": kind, "properties": {"label_en": "Signs", "fact": fact}}
    return a_bundle(form=json.dumps(form).encode())


@refuses("fact_undeclared", "dv_seen")
def fact_undeclared():
    return a_form("weather")


@refuses("fact_of_other_type", "dv_seen")
def fact_of_other_type():
    return a_form("born_on")


@refuses("form_unknown_name", "dv_seen")
def form_reads_an_unknown_name():
    form = json.loads(FORM)
    form["components"][0]["conditional"] = {"hide": '=weather = "rain"'}
    return a_bundle(form=json.dumps(form).encode())


@refuses("form_unknown_name")
def form_reads_a_fact_and_a_parameter():
    form = json.loads(FORM)
    form["components"][0]["conditional"] = {"hide": "=score > cutoff"}
    return a_bundle(form=json.dumps(form).encode())


@refuses("parameter_unused", "cutoff", "wait")
def parameter_unused():
    return a_bundle()
