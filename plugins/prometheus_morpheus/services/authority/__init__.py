"""The authority's service: people ask it to confirm a claim, its clerks say yes or no.

What lives here: what may become of a request (`lifecycle`), whether what came in is a request (`arriving`), whether a
statement answers it (`answering`), whether the clerk may speak for the authority (`clerk_rights`), keeping requests
(`registry`), and the routes (`routes`).
What may come in: signed requests of strangers, statements and refusals of clerks whose keys were listed at start.
What may go out: processes and schemas for everybody; the state of a request for whoever has its link; requests with
their evidence for a clerk alone.
What never happens here: a signature made, a key held, a capability link written to a log.
Where to start reading: `lifecycle`, then `registry`, then `routes`.
"""
