"""`python -m mystage` is the command line."""

from mystage.entrypoints.cli.app import main

if __name__ == "__main__":
    main()
