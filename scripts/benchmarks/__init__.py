"""The benchmarks behind `scripts/bench`: CPU time of a client process against a server in another process.

`server` answers, `cases` holds what is measured for each contender, `worker` measures one case in a process of its own,
`__main__` runs them in turns and prints ratios.
"""
