"""The benchmarks behind `scripts/bench`: CPU time and memory of a client process against a server in another process.

`rows` says what is measured, `measuring` how; `results` makes figures of it, and `__main__` prints them. What runs in
processes of their own: `server` with the `replies`, `worker` with the cases of `calls`, `streams` and `inner`,
`figures`, and the `programs`. `packages` has facts about the installed packages.
"""
