"""HTTP of the console: one's own data, the house, inspections of what was shown."""

from nightmarket.domains.console.routes import house, inspections

__all__ = ["ROUTES"]

ROUTES = (*house.ROUTES, *inspections.ROUTES)
