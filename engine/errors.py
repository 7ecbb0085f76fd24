"""The four kinds of refusal, by what the caller can do about them.

The concrete class stands beside the code that raises it. The message is English, for the log, with ids only;
`code` is stable and is what the web turns into a sentence for people.
"""

from __future__ import annotations


class EngineError(Exception):
    """The root of everything the engine refuses on purpose."""

    code = "engine_error"


class NotFound(EngineError):
    """The thing does not exist, or the caller may not know that it does."""

    code = "not_found"


class NotPermitted(EngineError):
    """The caller knows of the thing, but may not do this to it."""

    code = "not_permitted"


class Conflict(EngineError):
    """The request was sound, but someone or something else was there first."""

    code = "conflict"


class Rejected(EngineError):
    """The request itself is wrong and will stay wrong until it is changed."""

    code = "rejected"
