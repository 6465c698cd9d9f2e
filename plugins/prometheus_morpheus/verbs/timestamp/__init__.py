"""Verbs about times: content that existed by then (`register`, `check`), and a moment that is past (`after`).

What may come in: a `Call`, a file or a content id (`dated`). What may go out: an exit code, and the result through the
call. What never happens here: content that leaves this machine. Its id does, and who guesses the content knows it then.
Where to start reading: `dated`, then `register`.
"""
