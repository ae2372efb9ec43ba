"""Runs the fake by itself, to be driven over HTTP: python -m tests.edge.telegram --port 8081 --token 1:abc."""

import argparse
import asyncio
import contextlib
import json

from tests.edge.telegram.server import TOKEN, FakeTelegram


async def serve(port: int, token: str, *, strict_limits: bool) -> None:
    """Serves until cancelled; tells its addresses as one JSON line."""
    async with FakeTelegram(token=token, port=port, strict_limits=strict_limits) as fake:
        print(json.dumps({"url": fake.url, "control": f"{fake.url}/control/", "token": fake.token}), flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.edge.telegram", description="A Bot API server for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--strict-limits", action="store_true", help="429 beyond 30 a second and 1 a second in a chat")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port, options.token, strict_limits=options.strict_limits))


if __name__ == "__main__":
    main()
