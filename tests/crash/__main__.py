"""`python -m tests.crash`: see `sweeping`."""

import sys

from tests.crash.sweeping import main

if __name__ == "__main__":
    sys.exit(main())
