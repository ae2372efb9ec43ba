"""Telegram: updates become arrivals, messages become calls of the Bot API."""
