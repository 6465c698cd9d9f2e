"""The rows of the table of commands, one file a noun; data only.

In comes nothing; out go tuples of `Command`. Importing a table never imports the code of a verb. `options.py` holds
the options that every command takes. Start with `house.py`.
"""
