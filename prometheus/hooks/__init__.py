"""The plugin doors: what a plugin may bring, how it is found, and the record that the user let it in.

In come entry points of installed distributions and the file of enabled plugins; out go descriptions. Hooks return
descriptions at once and do no work. Nothing is imported before the user has enabled it by name, and nothing that
changed since; byte code of strangers is never run. A plugin that fails is listed as broken and stops nobody else.
Honest limit: code that runs in this process could read its memory; enabling a plugin means trusting its author.
Start with `specs.py`.
"""
