"""`python -m pipeline` is the command `contactprep`."""

import sys

from pipeline.cli import main

if __name__ == "__main__":
    sys.exit(main())
