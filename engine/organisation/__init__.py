"""Who the municipality is: its centres, districts, partner agencies, staff, calendar and parameters.

All of it is configuration, so that one engine serves a village with one centre and a city with fourteen ward offices;
every posting, district and parameter has days of validity, because seven years of a family's journey outlast any of
them. What a role may do is not decided here (`engine.access`); which roles there are, and what they are called, is.
"""

from engine.organisation.calendar import BusinessCalendar, ClosingDay, business_calendar
from engine.organisation.description import SetupRefused, extend, setup
from engine.organisation.parameters import Parameter, parameters_on, set_parameter
from engine.organisation.places import (
    Centre,
    CentreKind,
    District,
    Municipality,
    Partner,
    PartnerKind,
    centre_by_code,
    centre_for_district,
    centre_lines,
    centre_reach,
    centres,
    districts_on,
    municipalities,
    municipality,
    partner_by_code,
    partner_called,
    partners,
)
from engine.organisation.roles import ROLES, Role, Scope, Sensitivity
from engine.organisation.staff import (
    Staff,
    StaffRole,
    add_staff,
    employ,
    login_of,
    password_fits,
    roles_of,
    set_password,
    sign_in,
    staff_by_login,
    staff_list,
    vacancies,
)

__all__ = [
    "ROLES",
    "BusinessCalendar",
    "Centre",
    "CentreKind",
    "ClosingDay",
    "District",
    "Municipality",
    "Parameter",
    "Partner",
    "PartnerKind",
    "Role",
    "Scope",
    "Sensitivity",
    "SetupRefused",
    "Staff",
    "StaffRole",
    "add_staff",
    "business_calendar",
    "centre_by_code",
    "centre_for_district",
    "centre_lines",
    "centre_reach",
    "centres",
    "districts_on",
    "employ",
    "extend",
    "login_of",
    "municipalities",
    "municipality",
    "parameters_on",
    "partner_by_code",
    "partner_called",
    "partners",
    "roles_of",
    "set_parameter",
    "password_fits",
    "set_password",
    "setup",
    "sign_in",
    "staff_by_login",
    "staff_list",
    "vacancies",
]
