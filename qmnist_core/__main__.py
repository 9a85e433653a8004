"""`python -m qmnist_core VERB`, and what the command `qmnist VERB` calls."""

from __future__ import annotations

import sys


def main() -> int | str:
    """Run one verb: 0, another code, or the sentence to end with."""
    try:
        from qmnist_core import cli
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        return f"qmnist_core: {error}: install the packages with python -m pip install -r requirements.txt"
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
