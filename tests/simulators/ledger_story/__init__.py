"""One story told to two ledgers: the Hydra development node, and ours. What each answers has to be what the story says.

What lives here: tables of steps with what has to come of each, and the player that plays them. What may come in: the
address of a ledger whose first wallet still owns everything. What may go out: one outcome for each step. What never
happens here: a step that only one of the ledgers plays. Start with `story`.
"""
