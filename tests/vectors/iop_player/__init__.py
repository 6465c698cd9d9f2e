"""Plays the known answers of the reference packages, one test per vector.

What lives here: the list of categories, the player that compares, and one table of operations per room.
What may come in: the JSON files of `tests/vectors/iop`, or those of the folder named by ``PROMETHEUS_VECTORS``.
What may go out: a result per vector, or a complaint.
What never happens here: a vector that is passed over in silence. A file that no list names, and an operation that no
table knows, are failures.
Where to start reading: `categories`, then `player`, then `claims_ops`.
"""
