"""Kinds of agency outside the house: whom a family may agree to share with, and where work and papers are sent.

Source: forms.md, CL_AGENCY.
"""

from __future__ import annotations

AGENCIES: tuple[str, ...] = (
    "cfc",
    "hub",
    "hospital",
    "midwife",
    "ppc",
    "nursery",
    "kinder",
    "dev",
    "school",
    "boe",
    "welfare",
    "selfrel",
    "csw",
    "minsei",
    "cgc",
    "hc",
    "police",
    "dvc",
    "other_muni",
    "housing",
    "volunteer",
    "facility",
)
