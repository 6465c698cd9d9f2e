"""The verbs of keys: derive, sign, verify.

In comes an `Invocation`; out goes an exit code. No secret leaves here but by ``key derive --reveal`` at a terminal.
"""
