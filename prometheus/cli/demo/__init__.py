"""The whole main job in one go: the commands that a person would type, run as child processes on real files.

`story.py` says what happens, step by step; `play.py` runs it; the tutorial is written from the same steps. Everything
lives in one folder that stays behind: nothing of the user's own is read or written, and there is no network.
"""
