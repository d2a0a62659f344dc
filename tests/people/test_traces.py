"""Traces: every store that is registered lets go of a person, and of nobody else."""

from __future__ import annotations

from agent.people.traces import Traces


class Shelf:
    """What it holds of people, by name."""

    def __init__(self, **held: int) -> None:
        self.held = held

    def forget(self, user: str) -> int:
        return self.held.pop(user, 0)


def test_every_store_lets_go_of_a_person_and_all_is_counted_by_what_it_is() -> None:
    traces, shelves = Traces(), (Shelf(ada=2, bob=1), Shelf(bob=4), Shelf(ada=1))
    for name, shelf in zip(("files", "notes", "files"), shelves, strict=True):
        traces.register(name, shelf)
    assert traces.stores == shelves
    assert traces.forget("ada") == {"files": 3}
    assert [shelf.held for shelf in shelves] == [{"bob": 1}, {"bob": 4}, {}]
    assert traces.forget("ada") == {}
