"""Domain records: families, who belongs to them, what was answered, and what is true of them now.

`cases` knows no task, process or diagram, and `workflow` knows no family; `engine.casework` joins them.
A record carries its own rules (methods that look at their fields and arguments only); questions to the
database are functions beside the record and take `session` first.

Records never live in a process token: the token says where a family stands, these tables say what is true.
Answers are append-only (`submission`); facts are derived from them and from registers (`fact_sheet`).
"""
