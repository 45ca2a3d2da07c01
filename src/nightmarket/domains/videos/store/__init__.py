"""Typed functions over queries.sql; rows never leave this package."""
