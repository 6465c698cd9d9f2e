"""The inspector's service: it says what it wants to see, and takes what people show.

What lives here: whether what came in is a presentation, and for which scenario (`arriving`), and the routes (`routes`).
What may come in: signed presentations of anybody.
What may go out: scenarios for everybody, a presentation for whoever knows its content id, the list of all that arrived
for those who are listed.
What never happens here: a verdict. Whoever inspects judges in a program of their own, from the presentation itself.
Where to start reading: `arriving`, then `routes`.
"""
