"""The verbs of schemas: the forms that claims have.

In come files and names; out go lines or JSON. Schemas are public forms, so nothing here opens a vault.
Start with `add.py`.
"""
