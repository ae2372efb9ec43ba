"""The doors and the heartbeat: channels, runtime, pages, command line."""
