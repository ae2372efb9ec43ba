"""The REST API under /api/v1: the shop reports events and prospects, and reads what came of them."""

from bot.api.routes import router

__all__ = ["router"]
