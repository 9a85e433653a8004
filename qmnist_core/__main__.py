"""`python -m qmnist_core VERB`."""

import sys

from qmnist_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
