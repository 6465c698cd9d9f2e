"""Frozen values that every floor shares: secrets, record bodies, personas, audit entries.

In come plain values; out go NamedTuples and bytes. Nothing here reads a file, a clock or a key.
Start with `record.py`: it is the shape of everything the vault keeps.
"""
