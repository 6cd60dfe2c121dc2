"""Who there is: the platform's roles, and the public."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Roles of the people who work with the data (claim `role` of their token)."""

    CUSTOMER_SUPPORT = "customer_support"
    CONTENT_MODERATOR = "content_moderator"
    DATA_ADMIN = "data_admin"
    DEVELOPER = "developer"
    READ_ONLY = "read_only"
    SUPER_ADMIN = "super_admin"


class Public(StrEnum):
    """Those without a role."""

    ANYONE = "anyone"


DATA_ROLES: tuple[Role, ...] = (Role.DATA_ADMIN, Role.DEVELOPER, Role.READ_ONLY, Role.SUPER_ADMIN)
"""Those who see entities and the pipeline behind them."""
