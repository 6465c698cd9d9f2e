"""Asking authorities, inspectors and verifiers over the network, without believing them.

What lives here: how a service is asked in one of two generations of paths (`caller`, `paths`), how often (`attempts`),
with which tokens (`tokens`), what a no means (`refusals`), what answers have to look like (`reading`), documents
fetched whole (`published`), and the three kinds of service (`authority`, `inspector`, `verifier`) behind the Protocols
of `prometheus.api`.
What may come in: an address, a key behind a signer, answers that may lie, stall or be garbage.
What may go out: frozen values whose form was checked, documents that are what their content ids say, errors that say
which kind of failure it was.
What never happens here: a key in hand, a vault, a judgement of a signature, a request to a host nobody named.
Where to start reading: `services`, then `caller`. Importing this package imports nothing heavy.
"""
