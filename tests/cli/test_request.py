"""A request as a command states it: sent as JSON, answered by whatever answers turns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.answers import Answer, Event, Request, UserTurn
from agent.cli.request import RequestCommand, carry_out
from agent.explain import WhyNot
from agent.pipeline.journal import Tell

TURN = UserTurn("lamp", images=("/a.jpg",), filters=("price<=5",), k=2, diversity=0.5)
REQUEST = Request("lamp", "lamp", "en")


class Clerk:
    """Answers every turn with a sentence."""

    def respond(self, turn: UserTurn, tell: Tell | None = None) -> Answer:
        if tell is not None:
            tell(Event("status", 0.0, text="searching", request=REQUEST))
        return Answer(REQUEST, (), reply=f"No {turn.text} today.")

    def why_not(self, item_id: str, turn: UserTurn) -> WhyNot:
        raise AssertionError(f"{item_id} {turn}")


def test_a_command_comes_back_as_it_was_sent() -> None:
    command = RequestCommand(TURN, why=True, settings={"llm": "none"})
    assert RequestCommand.of(json.loads(json.dumps(command.to_dict()))) == command


@pytest.mark.parametrize("change", [{"turn": {"k": 2, "words": "a"}}, {"other": 1}])
def test_what_is_no_command_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        RequestCommand.of({**RequestCommand(TURN).to_dict(), **change})


@pytest.mark.parametrize("as_json", [True, False])
def test_an_answer_is_printed_as_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    carry_out(RequestCommand(TURN, as_json=as_json), Clerk(), tmp_path)
    out = capsys.readouterr().out
    assert (json.loads(out)["reply"] if as_json else out.splitlines()[0]) == "No lamp today."
