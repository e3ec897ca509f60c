"""`python -m mock_udesk` is `mock-udesk`."""

from .cli import main

if __name__ == "__main__":
    main()
