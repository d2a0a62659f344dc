"""Roles: several things that are asked for at once, and what they may cost together."""

from agent.understand.roles.reader import roles_of
from agent.understand.roles.request import AskedRole, RoleRequest, SharedBudget

__all__ = ["AskedRole", "RoleRequest", "SharedBudget", "roles_of"]
