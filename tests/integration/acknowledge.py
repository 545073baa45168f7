"""A server without its web page, to be killed: accepts turns and says which, while workers work them off.

Arguments: the database's URL and the first number of the turns.
"""

import sys
from datetime import UTC, datetime

from bot.chat.turn import Place
from bot.commands.logs import configure_logs
from bot.dispatcher import Dispatcher
from bot.router import Router
from bot.storage.engine import open_engine
from bot.storage.unit_of_work import Database
from tests.ballot import Ballot
from tests.builders import turn


def now() -> datetime:
    return datetime.now(UTC)


def main(url: str, first: int) -> None:
    configure_logs("error")
    dispatcher = Dispatcher(Database(open_engine(url)), Router(Ballot().catalog()), now, workers=2)
    dispatcher.start()
    for number in range(first, first + 100_000):
        dispatcher.accept_now(
            turn(f"event-{number}", key=f"k{number}", place=Place("web", "web:dana", f"t{number % 5}"))
        )
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
