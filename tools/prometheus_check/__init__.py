"""What ./check runs: the parts of a whole check, in order, and the table that closes it.

Lives here: which commands make a part, how their results are counted, whether the locks fit. May come in: the standard
library and `packaging`. May go out: nothing; the product never imports this. Never happens here: a test; those are in
`tests/`. Start reading in `parts.py`.
"""
