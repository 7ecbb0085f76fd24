"""The doors: pages, the JSON API, the command line, and the worker beside them.

What it is: who looks, through which door, in which language. A request comes in, `request_scope` finds the actor, the
town's `now` and opens the one transaction; the view calls one act of `engine.casework`; `errors` turns a refusal into
HTTP. What it is not: a place for rules, tables or processes. If a view has an `if` about families, it belongs lower.

- `settings`: the environment, checked at start; `app`: the Flask application; `serving`, `worker`: how it runs.
- `request_scope`, `errors`, `security`, `sign_in`, `metrics`, `log`: what every request passes through.
- `api/`: the calls of `/api/v1`; `pages/`: HTML; `cli/`: the command `tsunagu`.
"""
