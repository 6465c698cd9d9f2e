"""The command line: what a person or a script says, turned into use cases, and results into text or JSON.

`stub.py` is the front door and imports nothing; `commands.py` is the one table of verbs; `tables/` holds its rows by
noun; one folder a noun holds the functions that run. Standard output is data, standard error is narration, exit codes
are an interface. No business rule lives here: what a verb does is in `usecases`.
"""
