"""Changes of a DID before anybody signs them: what they would make of the document, and why they would be refused.

What lives here: a plan with before and after (`planning`), on what is remembered where nobody can be asked
(`remembered`), and who may sign it (`signing`).
What may come in: what was found of a DID (`resolving`), operations that somebody wants.
What may go out: plans, and groups of operations signed by a persona's key.
What never happens here: asking a node. A signed operation is worth something to whoever holds it, so none leaves this
machine before the person agreed, not even to ask whether it would be accepted.
Where to start reading: `planning`.
"""
