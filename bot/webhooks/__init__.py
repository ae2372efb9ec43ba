"""Outgoing webhooks: what happened here, told to the shop's systems. Signed, retried, never to private addresses."""
