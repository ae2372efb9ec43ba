"""The heartbeat: raw input in, turns taken one at a time per conversation, messages out. Knows no channel by name."""
