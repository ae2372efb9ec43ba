"""Telegram, email and the web page: each translates between its own world and the runtime, and decides nothing."""
