"""Roles: several things that are asked for at once, what they may cost together, and what is said of them then."""

from agent.understand.roles.reader import roles_of
from agent.understand.roles.request import AskedRole, RoleRequest, SharedBudget
from agent.understand.roles.set_moves import SetMove, adds, set_moves

__all__ = ["AskedRole", "RoleRequest", "SetMove", "SharedBudget", "adds", "roles_of", "set_moves"]
