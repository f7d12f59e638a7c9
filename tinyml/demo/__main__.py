"""`python -m tinyml.demo [SECTION ...]`."""

import sys

from tinyml.demo import run_demo

run_demo(*sys.argv[1:])
