"""Plays the recorded exchanges with a Hydra node, in order, against another ledger, and says where answers differ.

What lives here: the recordings read (`recordings`), when blocks were made between them (`sequence`), how two answers
are compared (`comparison`), and every difference that is allowed, with its reason (`differences`).
What may come in: the JSON files of `tests/vectors/hydra`, and a development ledger.
What may go out: for each exchange the status, and the paths in the body that differ.
What never happens here: an answer passed over. An exchange without an answer, and a listed difference that vanished,
are failures.
Where to start reading: `sequence`, then `differences`.
"""
