"""How many requests are under way together follows from what a server bears; no clock but a made-up one counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from agent.backends.budget import Budget
from agent.backends.chat.endpoint_calls import ModelServer, gather, interleave
from agent.backends.chat.endpoint_errors import Overloaded
from agent.backends.chat.endpoint_http import Connection, Patience
from agent.backends.chat.flow import AT_FIRST, LONGEST_S, MOST, Flow
from agent.errors import ServerFailed
from tests.support.patience import PATIENCE_S


def server() -> ModelServer:
    """A server for which time stands still: more at once always bring more answers a second."""
    return ModelServer("http://127.0.0.1:9/v1", "NO_KEY", Patience(), flow=Flow(lambda: 0.0))


def answer(flow: Flow, n_answers: int, clock: list[float], each_s: float, seconds: float = 1.0) -> None:
    """One batch, whose answers come one after another."""
    pace = flow.pace()
    for _ in range(n_answers):
        clock[0] += each_s / flow.limit
        pace.answered(seconds)


def test_more_are_asked_at_once_while_that_brings_more_answers() -> None:
    clock = [0.0]
    flow = Flow(lambda: clock[0])
    assert flow.limit == AT_FIRST
    answer(flow, 4 + 8 + 16 + 32, clock, 1.0)  # twice as many at once are twice as fast
    assert flow.limit == MOST
    answer(flow, 500, clock, 1.0)
    assert flow.limit == MOST


def test_where_they_only_wait_for_one_another_it_stays_as_it_was() -> None:
    clock = [0.0]
    flow, most = Flow(lambda: clock[0]), 0
    pace = flow.pace()
    for _ in range(100):
        clock[0] += 1.0  # one a second, however many are asked
        pace.answered(1.0)
        most = max(most, flow.limit)
    assert (flow.limit, most) == (AT_FIRST, 2 * AT_FIRST)


def test_what_takes_long_is_not_made_to_take_longer() -> None:
    clock = [0.0]
    flow = Flow(lambda: clock[0])
    answer(flow, 100, clock, 1.0, seconds=2 * LONGEST_S)
    assert flow.limit == AT_FIRST


def test_too_much_is_halved_once_for_all_that_were_under_way_and_grows_again_from_there() -> None:
    clock = [0.0]
    flow = Flow(lambda: clock[0])
    answer(flow, 4 + 8, clock, 1.0)
    for _ in range(16):
        flow.strain()
    assert flow.limit == 8
    flow.answer()
    for _ in range(9):
        flow.strain()
        flow.answer()
    assert flow.limit == 1
    answer(flow, 5, clock, 1.0)
    assert flow.limit > 1


class Meeting:
    """A server whose answers come when as many are asked for as it was told to expect, and counts how many are."""

    def __init__(self, *sizes: int) -> None:
        self._sizes = list(sizes)
        self._here, self._round = 0, 0
        self._met = threading.Condition()
        self.most = 0

    def __call__(self, *_: object) -> str:
        with self._met:
            self._here += 1
            self.most = max(self.most, self._here)
            mine = self._round
            if self._here == self._sizes[mine]:
                self._here, self._round = 0, mine + 1
                self._met.notify_all()
            elif not self._met.wait_for(lambda: self._round > mine, PATIENCE_S):
                raise ServerFailed("Nobody else came.", "Ask for more at once.")
        return "Met."


def test_a_server_that_batches_many_gets_many_at_once() -> None:
    meeting = Meeting(4, 8, 16, 32, 64)
    assert gather(server(), Budget(), meeting, list(range(124))) == ["Met."] * 124
    assert meeting.most == MOST


def test_the_rows_of_a_stream_are_asked_for_in_the_same_way() -> None:
    meeting = Meeting(4, 8, 16)

    def pieces(connection: Connection, row: int) -> Iterator[str]:
        yield meeting()
        yield ""

    heard = list(interleave(server(), Budget(), pieces, list(range(28))))  # type: ignore[arg-type]
    assert sorted(heard) == sorted([(row, piece) for row in range(28) for piece in ("Met.", "")])


def test_what_a_server_had_no_room_for_is_asked_again_once_it_has_answered_another() -> None:
    busy = server()
    first, lock, tries = threading.Event(), threading.Lock(), dict[int, int]()

    def ask(_: Connection, row: int) -> int:
        with lock:
            tries[row] = tries.get(row, 0) + 1
        if row == 0:
            first.set()
            return row
        if row == 3 and tries[row] == 1:
            assert first.wait(PATIENCE_S)
            while len(tries) < 5:  # until the answer to the first row was taken, and another row asked in its place
                assert not threading.Event().wait(0.001)
            busy.flow.strain()
            raise Overloaded("It is full.", "Wait.")
        return row

    assert gather(busy, Budget(), ask, list(range(9))) == list(range(9))
    assert tries[3] == 2
    assert max(tries.values()) == 2


@pytest.mark.parametrize("n_rows", [1, 7])
def test_a_server_that_answers_none_fails_at_once(n_rows: int) -> None:
    def ask(*_: object) -> int:
        raise Overloaded("It is full.", "Wait.")

    with pytest.raises(Overloaded, match="It is full"):
        gather(server(), Budget(), ask, list(range(n_rows)))
