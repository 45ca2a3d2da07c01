"""What others may ask of the audit log."""

from nightmarket.domains.audit.actions.prove import prove
from nightmarket.domains.audit.actions.read_log import erase_person, export_person
from nightmarket.domains.audit.actions.record import record
from nightmarket.domains.audit.values import Actor, ActorKind, Deed, Proof

__all__ = [
    "Actor",
    "ActorKind",
    "Deed",
    "Proof",
    "erase_person",
    "export_person",
    "prove",
    "record",
]
