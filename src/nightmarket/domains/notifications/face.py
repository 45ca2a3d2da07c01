"""The verbs of the inbox that others may call."""

from nightmarket.domains.notifications.actions.notify import notify
from nightmarket.domains.notifications.actions.person import erase_person, export_person
from nightmarket.domains.notifications.actions.read_inbox import inbox
from nightmarket.domains.notifications.actions.tickets import (
    Ticket,
    read_ticket,
    realtime_port,
    spend_ticket,
)
from nightmarket.domains.notifications.actions.withdraw import withdraw

__all__ = [
    "Ticket",
    "erase_person",
    "export_person",
    "inbox",
    "notify",
    "read_ticket",
    "realtime_port",
    "spend_ticket",
    "withdraw",
]
