"""Role requests: what is told of a budget that nobody said to be for all."""

from __future__ import annotations

from agent.understand.roles.request import SharedBudget


def test_a_budget_that_is_taken_for_all_is_told_so() -> None:
    budget = SharedBudget(400.0, None, "under 400", 10, 19, stated=False)
    assert budget.note is not None
    assert "under 400" in budget.note
    assert SharedBudget(400.0, None, "400 in all", 10, 20, stated=True).note is None
