"""A Bot Connector and a token endpoint of our own, written from Microsoft's documentation, with faults to switch on."""

from tests.fake_teams.connector import FakeTeams
from tests.fake_teams.world import BOT, DANA, SAM, TENANT, Chat, Fault, Member, activity_from, places_of

__all__ = ["BOT", "DANA", "SAM", "TENANT", "Chat", "FakeTeams", "Fault", "Member", "activity_from", "places_of"]
