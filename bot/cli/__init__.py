"""The `holdback` command: one file for each family of commands."""
