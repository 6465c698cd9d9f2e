"""How a record body of an earlier version becomes one of today.

What lives here: one pure function for each step from version n to n + 1 of a collection's bodies, and their table.
What may come in: the members of a body, as they were written. What may go out: new members; the old ones stay as they
are. What never happens here: a file, a clock, a key, a change of issued bytes. Start with `chain`, then `table`.
"""
