"""What can be refused here."""

from nightmarket.kernel.errors import NotFound


class NoPool(NotFound):
    """Not found and not yours use the same words."""

    code = "pools.no_pool"
