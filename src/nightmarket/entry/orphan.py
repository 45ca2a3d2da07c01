"""What is left to do when the supervisor was killed: the database must not run on alone."""

from nightmarket.entry import supervise
from nightmarket.infra import postgres
from nightmarket.infra import settings as settings_file


def lay_down() -> None:
    """Stop the embedded database, unless another supervisor took over meanwhile."""
    settings = settings_file.load()
    directory = settings.data_directory
    is_ours = not settings.database_url or str(directory) in settings.database_url
    if not is_ours or postgres.version_of(directory) is None:
        return
    try:
        with supervise.only_one(directory):
            postgres.start(directory).stop()
    except supervise.CannotStart:
        return
