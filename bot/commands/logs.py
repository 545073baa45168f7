"""Logs, set up once: lines for people on a terminal, JSON otherwise, always on standard error."""

import logging
import sys
import traceback
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]
OURS = ("bot", "indexer", "knowledge", "scheduler")


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Other packages from `warning` on only, whatever level they set for themselves."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OURS


def where_not_what(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """An exception by its type and its lines of code. Its words and values may be somebody's question, or a secret."""
    raised = event.pop("exc_info", None)
    error = raised[1] if isinstance(raised, tuple) else raised
    if raised is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["fault"] = type(error).__name__
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def configure_logs(level: Level) -> None:
    """Ours and other packages' logs go the same way; other packages' from `warning` on only."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        where_not_what,
    ]
    for_people = sys.stderr.isatty()
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if for_people:
        last.append(structlog.dev.ConsoleRenderer())
    else:
        last.append(structlog.processors.JSONRenderer())
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(is_worth_a_line)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for package in OURS:
        logging.getLogger(package).setLevel(level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
