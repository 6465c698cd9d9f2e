"""What is wanted of the second layer until a ledger can be reached: kept, worked out anew, agreed to anew.

What lives here: the wish as it is kept with what was agreed to (`kept`), working it out on what nodes say by then
(`renewing`), and asking the person where it would do something else (`agreeing_anew`). The desk knows none of this: it
asks for a `sending.renewal.Renew`, which `renewing` is.
What may come in: actions that wait, and answers of nodes. What may go out: drafts to be signed, refusals, questions.
What never happens here: a signature under what nobody agreed to.
Where to start reading: `kept`, then `renewing`.
"""
