"""`python -m bot` is `holdback`."""

from bot.cli import main

if __name__ == "__main__":
    main()
