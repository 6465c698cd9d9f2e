"""What a service keeps, in one SQLite file: requests, presentations, published documents, the last token of each key.

What lives here: the file (`database`), one table each (`requests`, `presentations`, `published`, `last_tokens`) and all
of them together (`opening`).
What may come in: documents that were checked before. What may go out: the same, opened with the key of the service.
What never happens here: a decision whether something may be kept, shown or changed, but for two that only a commit can
make: that a request is decided once, and that a token is used once.
Where to start reading: `opening`, then `requests`.
"""
