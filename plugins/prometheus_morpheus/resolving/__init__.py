"""What is known of a DID, a content id or a block: asked, compared, recomputed, remembered with its age.

What lives here: a document as it was known at a height (`at_height`), asking several nodes for one (`asking`), working
it out from the transactions of layer 1 (`recomputing`), proofs of time (`proofs`), what was learnt before (`cache`),
and where sources contradicted each other (`disagreements`).
What may come in: nodes that may lie, a plugin's store, a clock.
What may go out: documents with their height, sources and age; contradictions with both sides' evidence.
What never happens here: an answer taken for true because one node gave it, a contradiction that is settled silently.
Where to start reading: `asking`, then `recomputing`.
"""
