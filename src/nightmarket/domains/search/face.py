"""The verbs of search that others may call: what it keeps about a person."""

from nightmarket.domains.search.actions.forget_person import erase_person, export_person

__all__ = ["erase_person", "export_person"]
