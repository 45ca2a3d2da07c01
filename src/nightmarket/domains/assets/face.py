"""The verbs of assets that others may call."""

from nightmarket.domains.assets.actions.complete_upload import complete_upload, take
from nightmarket.domains.assets.actions.discard_upload import erase_person, release
from nightmarket.domains.assets.actions.export_person import export_person

__all__ = ["complete_upload", "erase_person", "export_person", "release", "take"]
