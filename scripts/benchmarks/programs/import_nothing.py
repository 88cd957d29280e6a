"""The bare interpreter."""

import time

print(time.process_time(), "nothing")
