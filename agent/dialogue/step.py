"""A step: what one turn of a conversation came to, before it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from agent.dialogue.state import State
from agent.language.messages import Note
from agent.perceive import Perceived
from agent.understand import Understood
from agent.understand.acts import Act


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a turn has been understood as.

    Attributes:
        utterance: What the person wrote and said.
        state: What is known now; what is shown is still to be added.
        understood: The request that is served.
        follows: Whether it goes on with the request before it.
        rows: The items to be shown, where the turn names them; None to search.
        asks: Whether a question may be asked.
        notes: What the person must be told.
        compared: Whether the items are to be compared with the first of them.
        about: Items that are asked about and not shown.
        act: What the turn does.
        reply: What it is answered in words, before any list.
        choices: What the person may mean, to be said by a press of a button.
        refers: Numbers of the items shown last that it points at.
    """

    utterance: str
    state: State
    understood: Understood
    perceived: Perceived = field(default_factory=Perceived)
    follows: bool = True
    rows: tuple[int, ...] | None = None
    asks: bool = True
    notes: tuple[Note, ...] = ()
    compared: bool = False
    about: tuple[int, ...] = ()
    act: Act = "request"
    reply: tuple[Note, ...] = ()
    choices: tuple[Note, ...] = ()
    refers: tuple[int, ...] = ()

    @property
    def shows_set(self) -> bool:
        """Whether several things are shown, each with a list of its own."""
        return self.rows is None and bool(self.state.roles)

    def after(self, shown: tuple[str, ...], folded: tuple[str, ...] = ()) -> State:
        """The state once these items are shown, and others folded into them."""
        state = self.state
        return replace(
            state,
            shown=tuple(dict.fromkeys((*state.shown, *shown, *folded))),
            last=shown if shown and self.rows is None else state.last,
            focus=state.focus if self.rows is not None else None,
            pair=state.pair if self.rows is not None else (),
        )
