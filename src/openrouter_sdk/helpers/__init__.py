"""Functions that aren't one HTTP operation, written by hand; `funcs` has each under its name, `sdk` as a method."""
