"""What a Hydra transaction is: its members, its bytes, its id, its fee and its signature.

What lives here: transactions as frozen values (`transaction`) and as they are posted (`posted`), the table of kinds
(`kinds`), what each kind carries (`assets`), bytes both ways (`serialized`, `reading`), fees, signatures, and the
operations of the second layer.
What may come in: JSON as it was posted or as a node answers it, bytes, and a function that signs.
What may go out: values, bytes, ids; errors of `prometheus.errors`.
What never happens here: a question to a node, a secret key in hand, money as anything but an integer, a rule of the
second layer (those live in `state`).
Where to start reading: `transaction`, then `serialized`, then `operations`.
"""
