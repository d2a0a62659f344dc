"""A turn alone: what is asked outside of any conversation, and what is answered in words instead of items."""

from __future__ import annotations

from dataclasses import replace

from agent.answers import Answer, Request, UserTurn
from agent.language.detection import detect_language
from agent.language.messages import Note, in_language
from agent.pipeline.journal import Journal
from agent.pipeline.pipeline import Pipeline
from agent.pipeline.sets import find_roles, role_inquiries, set_answer
from agent.pipeline.talk import TalkReply, ask_back, catalog_reply, shop_reply, social_reply
from agent.understand import gives_up_rules, validate, wish_of
from agent.understand.acts import Clause, TurnContext
from agent.understand.acts.act import SEEKING

_WISHING = (*SEEKING, "like", "dislike", "ask_item", "ask_catalog", "owned", "choose")


def answer_alone(pipeline: Pipeline, turn: UserTurn, journal: Journal, *, worded: bool = True) -> Answer:
    """The answer to a turn outside of any conversation.

    Args:
        worded: As in `Pipeline.answer`.

    Raises:
        TastemakerError: as `Pipeline.answer` does.
    """
    text = wish_of(turn.text)
    journal.notes += [Note("rules left out")] if gives_up_rules(turn.text) else []
    turn = replace(turn, text=text)
    # Who sends a file or a filter asks for something, whatever words stand beside it.
    if not text or turn.images or turn.audio or turn.video or turn.filters:
        return pipeline.answer(turn, journal, worded=worded)
    validate(turn)
    acts = pipeline.acts.read(text, TurnContext()).as_wish().seeking_first()
    language = detect_language(text)
    if (reply := _reply(acts.main, pipeline)) is not None:
        journal.lap("understand")
        return _in_words(reply, text, language, journal)
    wishing = [
        clause.text for clause in acts.clauses if clause.act in _WISHING or pipeline.states_conditions(clause.text)
    ]
    if wishing and len(wishing) < len(acts.clauses):
        turn = replace(turn, text=" ".join(wishing))
    roles = pipeline.roles(turn.text, expected=acts.does("several"))
    if roles is None:
        return pipeline.answer(turn, journal, worded=worded)
    findings, chosen = find_roles(pipeline, role_inquiries(pipeline, turn, roles), roles.budget, journal)
    return set_answer(pipeline, roles.budget, findings, chosen, journal, language)


def _reply(main: Clause, pipeline: Pipeline) -> TalkReply | None:
    """What is answered in words; None where items are asked for."""
    known = pipeline.names_something(main.text) or (main.guessed and pipeline.is_held(main.text))
    if main.act == "ask_shop":
        return shop_reply(main.text, pipeline)
    if main.act == "ask_catalog":
        return None if known else catalog_reply(main.text, pipeline)
    social = social_reply(main.act, main, pipeline, shown=False)
    if social is not None:
        return social if not (known and (main.doubtful or main.act == "unclear" or main.guessed)) else None
    if main.doubtful and main.act not in SEEKING and not known:
        return ask_back(main.text, pipeline, shown=False, likely=True)
    return None


def _in_words(reply: TalkReply, text: str, language: str, journal: Journal) -> Answer:
    request = Request(text, text if language == "en" else "", language)
    said = " ".join(in_language(reply.notes, language))
    return Answer(request, (), timings_s=journal.laps, reply=said, choices=in_language(reply.choices, language))


__all__ = ["answer_alone"]
