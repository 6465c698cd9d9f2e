"""The verifier's service: what the ledger says about a signature, for programs that cannot ask a ledger themselves.

What lives here: the judgement over a range of heights (`validating`), and the routes (`routes`), which an inspector
with a ledger has too. What is learnt from the ledger is `prometheus_morpheus.services.ledger`.
What may come in: keys, content ids, signatures, DIDs and after proofs of anybody.
What may go out: the newest block, and what is to be said against a signature. No claim ever passes here.
What never happens here: a contradiction of endpoints that is settled silently; a time believed for one endpoint's word.
Where to start reading: `validating`.
"""
