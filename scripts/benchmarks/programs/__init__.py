"""Whole programs, as a user would write them: a base URL comes in, the CPU seconds up to the first answer go out."""
