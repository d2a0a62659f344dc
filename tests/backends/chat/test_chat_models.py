"""One contract for every chat model: scripted, SmolLM2 with real weights, a random LLaVA in two formats, a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.chat.endpoint import EndpointChat, endpoint_model
from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.repeats import drawn_apart, repeats
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.factory import SMALL, model_folder
from agent.backends.generation.batch_decode import StreamedAnswer, batches
from agent.backends.protocols import Chat, ChatMessage, ChatModel, GenerateOptions, Sampling
from agent.errors import ModelError
from agent.media.decoded import Picture
from tests.support.openai_server import MODEL, serving

CHATS = [
    (ChatMessage("system", "You answer in one sentence."), ChatMessage("user", text))
    for text in ("Name a colour.", "What is a river? Say it plainly, for a child of six.", "Hello")
]
FORM_CHATS = [(ChatMessage("system", "You fill in forms."), chat[-1]) for chat in CHATS]
FORM = {
    "type": "object",
    "properties": {
        "colour": {"enum": ["red", "blue"]},
        "count": {"type": "integer", "minimum": 0, "maximum": 99},
        "names": {"type": "array", "items": {"type": "string", "maxLength": 6}, "maxItems": 1},
    },
    "required": ["colour", "count", "names"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def smollm2() -> TransformersChat:
    import torch

    return TransformersChat(model_folder(SMALL), name="smollm2-135m-instruct", dtype=torch.float32)


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("llava"))


@pytest.fixture(scope="module")
def tiny_llava(tiny_folder: Path) -> LlavaModel:
    return LlavaModel(tiny_folder, number_format="fp32")


@pytest.fixture(scope="module")
def tiny_llava_nf4(tiny_folder: Path) -> LlavaModel:
    return LlavaModel(tiny_folder, number_format="nf4")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[EndpointChat]:
    with serving(ScriptedChat(scripted_answer)) as server:
        yield endpoint_model(f"openai:{server.url}#{MODEL}")


@pytest.fixture(scope="module", params=["scripted", "smollm2", "tiny_llava", "tiny_llava_nf4", "endpoint"])
def model(request: pytest.FixtureRequest) -> ChatModel:
    if request.param == "scripted":
        return ScriptedChat(scripted_answer)
    found: ChatModel = request.getfixturevalue(request.param)
    return found


def rounding(model: ChatModel) -> float:
    """By how much a log-probability may differ with the batch: bfloat16 holds eight bits."""
    return 0.15 if "nf4" in model.name else 2e-4


def assert_as_alone(model: ChatModel, options: GenerateOptions) -> None:
    """Each answer of a batch is what its chat gets alone, or parts from it where the format rounds a tie either way."""
    together, alone = model.generate(CHATS, options), [model.generate([chat], options)[0] for chat in CHATS]
    assert len(together) == len(alone)
    differing = [row for row, (ours, theirs) in enumerate(zip(together, alone, strict=True)) if ours != theirs]
    assert not differing or "nf4" in model.name, (together, alone)
    for row in differing:
        ours, theirs = parting(model, row, options)
        scores = model.score([CHATS[row]] * 2, [ours, theirs])
        assert scores[0] == pytest.approx(scores[1], abs=2 * rounding(model)), (ours, theirs)


def parting(model: ChatModel, row: int, options: GenerateOptions) -> tuple[str, str]:
    """Both answers to a chat as far as the first token in which they differ: what follows is another text."""
    for n in range(1, options.max_new_tokens + 1):
        cut = replace(options, max_new_tokens=n)
        ours, theirs = model.generate(CHATS, cut)[row], model.generate([CHATS[row]], cut)[0]
        if ours != theirs:
            return ours, theirs
    raise AssertionError(f"answers to chat {row} differ only where they are whole")


def scripted_answer(chat: Chat) -> str:
    if chat[0] == FORM_CHATS[0][0]:
        return json.dumps({"colour": "red", "count": len(chat[-1].text), "names": ["Ada"]})
    return f"  You said: {chat[-1].text} That is all. \n So it is."


def test_a_model_has_a_name_for_people(model: ChatModel) -> None:
    assert model.name.strip()


def test_every_chat_is_answered_in_order_and_stripped(model: ChatModel) -> None:
    options = GenerateOptions(max_new_tokens=6)
    together = model.generate(CHATS, options)
    assert_as_alone(model, options)
    assert together == [text.strip() for text in together]
    assert any(together)


def test_the_pieces_of_a_stream_join_to_the_answer_and_an_empty_one_ends_it(model: ChatModel) -> None:
    pieces: list[list[str]] = [[] for _ in CHATS]
    for row, piece in model.stream(CHATS, GenerateOptions(max_new_tokens=6)):
        pieces[row].append(piece)
    assert ["".join(of_one) for of_one in pieces] == model.generate(CHATS, GenerateOptions(max_new_tokens=6))
    assert all(of_one.index("") == len(of_one) - 1 for of_one in pieces)


def test_an_answer_ends_before_the_first_stop_string(model: ChatModel) -> None:
    whole = model.generate(CHATS[:1], GenerateOptions(max_new_tokens=10))[0]
    stop = whole[len(whole) // 2 :][:3]
    cut = model.generate(CHATS[:1], GenerateOptions(max_new_tokens=10, stop=("never said", stop)))[0]
    assert cut == whole[: whole.index(stop)].strip()


def test_more_tokens_only_add_to_an_answer(model: ChatModel) -> None:
    few, more = (model.generate(CHATS[:1], GenerateOptions(max_new_tokens=n))[0] for n in (3, 9))
    assert more.startswith(few)
    assert len(more) > len(few)


def test_a_stream_that_nobody_reads_to_its_end_does_no_harm(model: ChatModel) -> None:
    stream = model.stream(CHATS, GenerateOptions(max_new_tokens=8))
    assert isinstance(stream, Iterator)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    short = GenerateOptions(max_new_tokens=2)
    assert_as_alone(model, short)


def test_no_chats_get_no_answers_and_no_scores(model: ChatModel) -> None:
    assert model.generate([], GenerateOptions(max_new_tokens=4)) == []
    assert list(model.stream([], GenerateOptions(max_new_tokens=4))) == []
    assert model.score([], []).shape == (0,)


def test_scores_are_mean_log_probabilities_one_for_each_chat(model: ChatModel) -> None:
    scores = model.score(CHATS, ["red", "water that runs to the sea", "hello there"])
    assert scores.shape == (3,)
    assert scores.dtype == np.float64
    assert (scores < 0).all()
    assert np.isfinite(scores).all()


@settings(max_examples=4, deadline=None)
@given(order=st.permutations(range(5)))
def test_scores_depend_neither_on_the_order_nor_on_the_company(model: ChatModel, order: list[int]) -> None:
    chats = [*CHATS, CHATS[0], CHATS[1]]
    continuations = ["red", "water that runs to the sea, day and night", "hi", "a very long answer about red", "no"]
    alone = [float(model.score([chat], [text])[0]) for chat, text in zip(chats, continuations, strict=True)]
    together = model.score([chats[i] for i in order], [continuations[i] for i in order])
    assert together == pytest.approx([alone[i] for i in order], abs=rounding(model))


def test_an_empty_continuation_is_refused(model: ChatModel) -> None:
    with pytest.raises(ValueError, match="no text to score"):
        model.score(CHATS[:2], ["fine", ""])


def test_each_chat_needs_a_continuation(model: ChatModel) -> None:
    with pytest.raises(ValueError, match=r"argument|chats"):
        model.score(CHATS, ["only one"])


def test_every_answer_to_a_form_is_valid_json_of_that_form(model: ChatModel) -> None:
    for answer in model.generate(FORM_CHATS, GenerateOptions(max_new_tokens=100, json_schema=FORM)):
        jsonschema.validate(json.loads(answer), FORM)


def test_a_form_can_be_filled_in_by_drawing(model: ChatModel) -> None:
    drawn = Sampling(temperature=2.0, seed=1)
    (answer,) = model.generate(FORM_CHATS[:1], GenerateOptions(max_new_tokens=100, json_schema=FORM, sampling=drawn))
    jsonschema.validate(json.loads(answer), FORM)


def test_the_same_seed_draws_the_same_answer_whatever_the_company(model: ChatModel) -> None:
    drawn = GenerateOptions(max_new_tokens=6, sampling=Sampling(temperature=1.0, seed=3))
    together = model.generate(CHATS, drawn)
    assert together[1:2] == model.generate(CHATS[1:2], drawn)


def test_a_chat_that_stands_there_several_times_is_drawn_apart_each_time() -> None:
    assert repeats([CHATS[0], CHATS[1], CHATS[0], CHATS[0]]) == [0, 0, 1, 2]
    drawn = drawn_apart([CHATS[0]] * 3, GenerateOptions(sampling=Sampling(seed=7)))
    assert [one.sampling.seed for one in drawn if one.sampling] == [7, 8, 9]
    assert drawn_apart([CHATS[0]] * 2, GenerateOptions()) == [GenerateOptions()] * 2


def test_pieces_of_a_drawn_answer_join_to_it(model: ChatModel) -> None:
    drawn = GenerateOptions(max_new_tokens=5, sampling=Sampling(temperature=1.0, seed=5))
    pieces = [piece for _, piece in model.stream(CHATS[:1], drawn)]
    assert "".join(pieces) == model.generate(CHATS[:1], drawn)[0]


@pytest.mark.parametrize("which", ["smollm2", "tiny_llava"])
def test_other_seeds_draw_other_answers(which: str, request: pytest.FixtureRequest) -> None:
    model: ChatModel = request.getfixturevalue(which)
    drawn = [GenerateOptions(max_new_tokens=6, sampling=Sampling(1.0, seed)) for seed in range(3)]
    answers = {model.generate(CHATS[:1], options)[0] for options in drawn}
    assert len(answers) == 3


def test_first_tokens_are_log_probabilities_that_share_at_most_one(model: ChatModel) -> None:
    found = model.first_token(CHATS, ["Yes", "No", "Maybe"])
    assert found.shape == (3, 3)
    assert found.dtype == np.float64
    assert np.isfinite(found).all()
    assert (np.exp(found).sum(axis=1) <= 1 + 1e-6).all()
    alone = np.vstack([model.first_token([chat], ["Yes", "No", "Maybe"]) for chat in CHATS])
    assert np.allclose(found, alone, atol=rounding(model))


def test_first_tokens_follow_the_order_of_the_options(model: ChatModel) -> None:
    there, back = (model.first_token(CHATS, options) for options in (["Yes", "No"], ["No", "Yes"]))
    assert np.allclose(there, back[:, ::-1], atol=1e-6)
    assert model.first_token([], ["Yes", "No"]).shape == (0, 2)


@pytest.mark.parametrize("options", [[], ["Yes"], ["Yes", "Yes"], ["Yes", ""]])
def test_options_that_cannot_be_told_apart_are_refused(model: ChatModel, options: list[str]) -> None:
    with pytest.raises(ValueError, match="option"):
        model.first_token(CHATS, options)


def test_tokens_are_counted(model: ChatModel) -> None:
    assert model.count_tokens("") == 0
    few, many = model.count_tokens("a red kettle"), model.count_tokens("a red kettle and a blue chair made of beech")
    assert 0 < few < many


def test_a_chat_that_does_not_fit_is_refused(model: ChatModel) -> None:
    chat = (ChatMessage("user", "word " * model.context_tokens),)
    for ask in (
        lambda: model.generate([chat], GenerateOptions(max_new_tokens=4)),
        lambda: model.score([chat], ["yes"]),
        lambda: model.first_token([chat], ["Yes", "No"]),
    ):
        with pytest.raises(ModelError, match=r"do not fit into|maximum context"):
            ask()


@pytest.mark.parametrize("which", ["scripted", "smollm2", "endpoint"])
def test_what_the_chat_says_is_the_likelier_first_word(which: str, request: pytest.FixtureRequest) -> None:
    model: ChatModel = ScriptedChat() if which == "scripted" else request.getfixturevalue(which)
    chats = [
        (ChatMessage("system", "Repeat the one word that the user says."), ChatMessage("user", word))
        for word in ("Yes", "No")
    ]
    found = model.first_token(chats, ["Yes", "No"])
    assert found[0, 0] > found[0, 1]
    assert found[1, 1] > found[1, 0]


@pytest.mark.parametrize("which", ["scripted", "smollm2", "endpoint"])
def test_words_of_the_item_are_likelier_than_others(which: str, request: pytest.FixtureRequest) -> None:
    model: ChatModel = ScriptedChat() if which == "scripted" else request.getfixturevalue(which)
    chats = [
        (ChatMessage("system", "Name the thing."), ChatMessage("user", text))
        for text in ("a red kettle", "a blue chair")
    ]
    kettle, chair = model.score(chats, ["a red kettle", "a red kettle"])
    assert kettle > chair


def test_a_text_cannot_open_or_end_a_turn(smollm2: TransformersChat) -> None:
    def scored(text: str) -> float:
        return float(smollm2.score([(ChatMessage("system", "Be brief."), ChatMessage("user", text))], ["Yes"])[0])

    assert scored("a<|im_end|>b<|im_start|>c") == scored("a b c")
    assert scored("<|im_<|im_end|>end|>") == scored("<|im_ end|>")


def test_a_text_model_refuses_pictures(smollm2: TransformersChat) -> None:
    picture = Picture("0" * 64, np.zeros((2, 2, 3), dtype=np.uint8), 2, 2)
    with pytest.raises(ModelError, match="cannot see pictures"):
        smollm2.generate([(ChatMessage("user", "What is this?", (picture,)),)], GenerateOptions(max_new_tokens=2))


def test_a_chat_too_long_for_the_model_is_refused_with_its_length(smollm2: TransformersChat) -> None:
    text = "word " * smollm2.context_tokens
    assert smollm2.count_tokens(text) >= smollm2.context_tokens
    with pytest.raises(ModelError, match=r"8,\d\d\d tokens and 4 more do not fit into the 8,192"):
        smollm2.generate([(ChatMessage("user", text),)], GenerateOptions(max_new_tokens=4))


def test_a_model_writes_letters_of_several_bytes_whole(smollm2: TransformersChat) -> None:
    chat = (ChatMessage("system", "Repeat what the user says."), ChatMessage("user", "水墨画 🎨 水墨画 🎨"))
    pieces = [piece for _, piece in smollm2.stream([chat], GenerateOptions(max_new_tokens=24))]
    assert "🎨🎨" in "".join(pieces)
    assert not any("\ufffd" in piece for piece in pieces)


@given(text=st.text(max_size=30), stop=st.lists(st.text(min_size=1, max_size=3), max_size=2))
def test_pieces_are_whole_letters_and_join_to_the_text_before_the_stop(text: str, stop: list[str]) -> None:
    """Tokens are single bytes here, the hardest case."""
    data = text.encode("utf-8")
    answer = StreamedAnswer(lambda ids: bytes(ids).decode("utf-8", errors="replace"), stop, end_ids=())
    pieces = [answer.add(byte) for byte in data]
    pieces.append(answer.finish())
    places = [place for place in (text.find(string) for string in stop) if place >= 0]
    assert "".join(pieces) == text[: min(places, default=len(text))].rstrip("\ufffd").strip()


def test_an_end_token_ends_the_answer_and_later_tokens_are_not_heard() -> None:
    answer = StreamedAnswer(lambda ids: "".join(map(chr, ids)), (), end_ids=(0,))
    assert [answer.add(ord("a")), answer.add(0), answer.add(ord("b")), answer.finish()] == ["a", "", "", ""]
    assert answer.finished


@given(lengths=st.lists(st.integers(1, 50), max_size=30), budget=st.integers(1, 200))
def test_batches_hold_every_row_once_and_keep_to_the_budget(lengths: list[int], budget: int) -> None:
    groups = batches(lengths, budget)
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    assert all(len(g) == 1 or len(g) * max(lengths[i] for i in g) <= budget for g in groups)


def test_a_script_is_used_up_in_order_and_remembers_what_it_was_asked() -> None:
    script = ScriptedChat(["one", "two"])
    assert script.generate(CHATS[:2], GenerateOptions(max_new_tokens=5)) == ["one", "two"]
    assert script.calls[0].method == "generate"
    assert script.calls[0].chats == tuple(CHATS[:2])
    with pytest.raises(ModelError, match="script of 2 answers has run out"):
        script.generate(CHATS[:1], GenerateOptions(max_new_tokens=5))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model folder"):
        TransformersChat(tmp_path / "nowhere")


def test_a_model_without_a_chat_template_is_refused(tmp_path: Path, smollm2: TransformersChat) -> None:
    source = model_folder(SMALL)
    for file in source.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).symlink_to(file)
    with pytest.raises(ModelError, match="no chat template"):
        TransformersChat(tmp_path)
