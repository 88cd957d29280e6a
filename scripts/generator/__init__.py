"""The generator: reads an OpenAPI 3.1 description, writes funcs, params, models and sdk.

The way of the data: `load` reads the description and applies overrides; `build` (with `schemas`) turns it into the
records of `ir`, which know no Python text; `emit` renders them; `write` formats, compares and writes.
"""
