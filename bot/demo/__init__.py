"""`holdback demo`: a believable sample shop on this machine, with a week behind it.

That does the main job without bot or mail server.

`bot.cli.demo` starts it; `pages` are its start page and local mailbox, `door` what they can do.
"""
