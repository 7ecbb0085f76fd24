"""The acts of staff: the engine's public face. Web, CLI and worker call nothing else below.

An act reads as a colleague would say it: check the standing (`access`), check the answers (`forms`), let the process
move (`workflow`), keep what is true now (`cases`), enter it in the ledger (`audit`). Rules found here belong lower.
Nothing here commits: the edge enters `transaction()`. Functions take `session` and `actor` first and `now` by name,
except the few that drive many transactions of their own (`due_work`, `town_calendar`) and take the engine.
"""

from engine.casework import follow_ups as _follow_ups  # registers what service tasks may ask for

__all__ = ["_follow_ups"]
