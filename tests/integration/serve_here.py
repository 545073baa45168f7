"""``guildhall serve`` as Microsoft's cloud calls it, with that cloud on this machine.

Arguments: the address of the Bot Connector, and that of the metadata of whoever signs.
"""

import sys

from bot.commands.serve import serve
from tests.drivers.teams_native import this_cloud


def main(service_url: str, metadata_url: str) -> None:
    with this_cloud(service_url, metadata_url):
        serve()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
