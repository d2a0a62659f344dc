"""Why an item is not shown in a conversation: what was said and shown there comes before what any request would say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.sentences import Note

if TYPE_CHECKING:
    from agent.dialogue.state import State
    from agent.steps import Found, Steps


def kept_out(row: int, found: Found, state: State, steps: Steps) -> str:
    """What keeps an item from being shown, in a sentence or two.

    Args:
        found: What the present request finds, where the list shown last may be shown again.
        state: Of the conversation, with all that was shown before that list.
    """
    why = steps.why_not(row, found)
    if why.reason != "seen":
        return why.text
    if why.item_id in state.shown:
        return Note("why not earlier", title=why.title)
    for bound in state.bounds:
        value = float(steps.measures.of(bound.measure)[row])
        if not (value > bound.value if bound.op == ">" else value < bound.value):
            return Note("why not criticised", title=why.title, words=bound.words)
    return why.text


__all__ = ["kept_out"]
