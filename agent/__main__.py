"""`python -m agent` is the same as `tastemaker`."""

from agent.cli.main import main

if __name__ == "__main__":
    main()
