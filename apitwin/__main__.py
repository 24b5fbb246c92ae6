"""`python -m apitwin`."""

from apitwin.cli import main

if __name__ == "__main__":
    main()
