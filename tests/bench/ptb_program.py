"""The peer as a program: the survey of `ptb.py`, by polling or by webhook. It says each turn it has taken on a line."""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, TypeHandler

from tests.bench.ptb import LocalRequest, survey_handler


async def _counted(_update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    sys.stdout.write(".\n")
    sys.stdout.flush()


def main(api_url: str, token: str, port: int, secret: str) -> None:
    """Run until it is ended. With `port` 0: poll this Bot API server and answer by it. Else: take webhooks there.

    Those are answered on a network that answers at once, so that what is measured is receiving and handling.
    """
    builder = Application.builder().token(token).base_url(f"{api_url}/bot")
    if port:
        builder = builder.request(LocalRequest()).get_updates_request(LocalRequest())
    application = builder.build()
    application.add_handler(survey_handler())
    application.add_handler(TypeHandler(Update, _counted), group=1)
    if port:
        application.run_webhook(
            "127.0.0.1", port, url_path="hook", webhook_url="https://shop.example/hook", secret_token=secret
        )
    else:
        application.run_polling(poll_interval=0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
