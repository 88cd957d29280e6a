"""Calls made up at random: arguments from wildly wrong to right, replies and streams that were right before they were mutated.

`scripts/fuzz` runs as many as it is told; tests/hostile runs some of each for every operation.
"""
