"""Prints a line, as a warning too, and answers."""

import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def handler(event, context):
    logger.info("hello from python")
    logger.warning("a line with a severity")
    return {"received": len(event or {})}
