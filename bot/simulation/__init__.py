"""A campaign rehearsed in virtual time: the real engine, storage and runtime, made-up people, and no minute waited.

`people` draws who they are, `actor` what they do, `stage` sets a house up on a fresh file, `post` stands where Telegram
and mail would, `world` lets time jump from one due moment to the next, `watch` holds what must never happen, `figures`
and `page` say what came of it. The same seed gives the same world, to the byte.
"""
