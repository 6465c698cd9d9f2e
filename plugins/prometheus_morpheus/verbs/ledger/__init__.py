"""Verbs about the ledger itself: its nodes, and what this vault has on the way to them.

What lives here: whom it is asked from (`status`, `accept`), what waits and what became of it (`actions`), passing on
what was signed elsewhere (`broadcast`, as `given_shown` tells it), and a ledger for development (`dev`, `fund`).
What may come in: a `Call`. What may go out: an exit code, and the result through the call. What never happens here:
coins of a public network given away by `fund`.
Where to start reading: `actions`.
"""
