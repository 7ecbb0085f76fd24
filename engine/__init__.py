"""How cases move and what is true of them.

The layer between the doors (`web`) and what is drawn and asked (`processes`, `forms`). It knows no Flask, no HTML and
no HTTP status; a door calls `casework`, and nothing below it.

From the top: `schema` sees every table; `casework` holds the acts of staff; `access` decides who may; `workflow` runs
processes and `cases` keeps what is true of families, strangers to each other that casework joins; `definitions` keeps
published versions; `organisation` is the municipality; `audit` the ledger; `clock`, `database` and `errors` carry all.

Nothing here commits: a transaction is opened at the edge and holds a step whole, so that a crash leaves none of it.
Only `clock` reads the wall clock, and only `workflow.spiff` imports SpiffWorkflow.
"""
