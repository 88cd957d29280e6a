"""Calls made up at random: arguments from wildly wrong to right, and mutated replies and streams.

`scripts/fuzz` runs as many as it is told; tests/hostile runs some of each for every operation.
"""
