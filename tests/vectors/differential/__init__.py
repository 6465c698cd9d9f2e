"""Asks the reference implementation and compares it with ours.

What lives here: the driver that runs the reference under Node, its lock file, random cases, our side of each operation.
What may come in: a seed, by ``PROMETHEUS_SEED``; the package, from the user's npm cache or registry.
What may go out: failures, shrunk to the smallest case, as JSON files in `tests/vectors/found`.
What never happens here: an installation inside the checkout.
Where to start reading: `peer`, then `operations`, then `cases`.
"""
