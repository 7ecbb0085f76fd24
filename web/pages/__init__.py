"""The pages people use: today's work, families, tasks, the calendar to come, supervision, and process design.

Every page is rendered on the server from `web/templates`, works without JavaScript and under the strictest policy.
A view reads what was posted, calls one act of `engine.casework`, and renders or redirects; it knows no tables and no
rules. What a person may not do is absent from the page (`showing.may`), and refused by the act all the same.
No name stands in an address or a title: searches by name are posted, ids are opaque.
"""
