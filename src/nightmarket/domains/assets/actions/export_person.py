"""Write down everything kept about one account's uploads."""

from typing import Any

from nightmarket.domains.assets import store
from nightmarket.domains.assets.actions.create_upload import folder_of
from nightmarket.infra.db import Tx
from nightmarket.infra.http import moment, text_id
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId


async def export_person(
    tx: Tx, services: Services, account_id: AccountId
) -> dict[str, list[dict[str, Any]]]:
    """Return rows by table; the uploaded bytes themselves live on in what was published."""
    uploads = await store.of_owner(tx, folder_of(services), account_id)
    return {
        "assets_upload": [
            {
                "upload_id": text_id(upload.upload_id),
                "market": upload.market,
                "filename": upload.filename,
                "filetype": upload.filetype,
                "metadata": upload.metadata,
                "size_bytes": upload.size_bytes,
                "is_complete": upload.is_complete,
                "sha256": upload.sha256.hex() if upload.sha256 else None,
                "purpose": upload.purpose,
                "created_at": moment(upload.created_at_us),
                "expires_at": moment(upload.expires_at_us),
            }
            for upload in uploads
        ]
    }
