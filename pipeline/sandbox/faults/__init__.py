"""Misbehaviour on order: rules say which call of the sandbox goes wrong, which time, and how.

Rules are data (`rules`, `acts`), read from JSON with errors that say where and what (`parsing`). `choosing` decides
which rule fires; what it orders is carried out at the socket (`carrying`, `connections`), in the working off of jobs
and in the announcement of their end (`announcing`). They are ordered over `/_sandbox/faults` (`ordering`)
or from a file.
"""
