"""`python -m qmnist_core VERB`."""

import sys

if __name__ == "__main__":
    try:
        from qmnist_core.cli import main
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as error:
        sys.exit(f"qmnist_core: {error}: install the packages with python -m pip install -r requirements.txt")
    sys.exit(main())
