"""What a vault is as one file that every age program opens: a header, lines of JSON, and a hash over them.

* Lives here: the form of the file - armor and header of age read strictly, the manifest, one line for each record.
* Comes in: bytes that a stranger may have made, passphrases, recipients, records as values.
* Goes out: bytes, or records as values; an error with a code for everything that is not as it has to be.
* Never happens here: opening a vault or a file, asking a person, a cipher of our own - sealing is pyrage's business.

Start with `export_text.py`; what age adds around it is in `age_file.py`.
"""
