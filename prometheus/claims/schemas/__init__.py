"""The processes that ship: identity card, age, email, degree, one JSON file each.

What comes in: nothing. What goes out: their texts, through `prometheus.claims.shipped`. What never happens here: code,
or a changed file: a process is named by its content id, so a change makes another process of it.
Start with `degree.json`.
"""
