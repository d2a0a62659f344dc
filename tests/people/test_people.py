"""People: what they say counts at once, is theirs alone, can be looked at, and goes when they ask."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.cli.main import main
from agent.config import AgentConfig
from agent.errors import RequestError
from agent.evaluate.evaluate import Wanted, evaluate
from agent.people.objections import Objection
from agent.people.person_profile import profile_of
from agent.recommender import RecommendationAgent
from agent.understand.validation import MAX_USER_CHARS, user_id
from retrieval.fusion.held_back import HeldBack
from retrieval.importers.importing import import_interactions
from retrieval.interactions import KINDS, Interaction
from retrieval.items import Description, Item, Span
from retrieval.schema import SCHEMA_FILE, write_schema
from retrieval.storage.conversations import StoredTurn
from retrieval.storage.workspace import Workspace
from tests.support.shelf import SCHEMA, WordEncoder, fill, pool, snapshot, word_models

PICTURE = Description("p", "image", "toy", "1", "Dark red.", (Span("colour", "dark red", 0.8),))
ITEMS = [
    Item("1", "Harbour with boats", category="Landscape", attributes={"tags": ("boats", "sea"), "maker": "Corot"}),
    Item("2", "Boats on a river", category="Landscape", attributes={"tags": ("boats", "river"), "maker": "Monet"}),
    Item("3", "River valley", category="Landscape", attributes={"tags": ("river", "hills"), "maker": "Corot"}),
    Item("4", "Portrait of a lady", category="Portrait", attributes={"tags": ("women",)}, descriptions=(PICTURE,)),
    Item("5", "Portrait of a soldier", category="Portrait", attributes={"tags": ("men",)}),
    Item("6", "Still life with fish", category="Still life", attributes={"tags": ("fish",)}),
    Item("7", "Bowl of fruit", category="Still life", attributes={"tags": ("fruit",)}),
    Item("8", "Storm over hills", category="Landscape", attributes={"tags": ("hills", "storm")}),
]
TEXTS = {item.id: WordEncoder().encode([f"{item.title} {item.category}"]) for item in ITEMS}


def agent_of(workspace: Workspace) -> RecommendationAgent:
    """An agent whose encoder counts words."""
    models = word_models(AgentConfig(llm="none"))
    return RecommendationAgent(workspace, models)


def open_agent(folder: Path) -> RecommendationAgent:
    """An agent over eight pictures."""
    workspace = fill(folder, ITEMS, {"text": TEXTS, "multilingual": TEXTS})
    write_schema(SCHEMA, workspace.path / SCHEMA_FILE)
    return agent_of(workspace)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    with open_agent(tmp_path / "w") as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with open_agent(tmp_path_factory.mktemp("people") / "w") as opened:
        yield opened


def shown(agent: RecommendationAgent, text: str = "", **options: object) -> list[str]:
    return [one.item.id for one in agent.recommend(text, **options).recommendations]  # type: ignore[arg-type]


def score(agent: RecommendationAgent, item_id: str, text: str, user: str) -> float:
    answer = agent.recommend(text, user=user, k=len(ITEMS), include_seen=True)
    return next(one.channels["text"].score or 0.0 for one in answer.recommendations if one.item.id == item_id)


# What is said counts


def test_a_like_is_enough_to_be_served_without_words(agent: RecommendationAgent) -> None:
    assert agent.feedback("ada", "1", "like").stored
    assert "2" in shown(agent, user="ada", k=2)


def test_a_dislike_pushes_what_is_like_it_away_from_the_next_request_on(agent: RecommendationAgent) -> None:
    before = score(agent, "4", "a portrait", "ada")
    agent.feedback("ada", "5", "dislike")
    assert score(agent, "4", "a portrait", "ada") < before


def test_what_is_hidden_is_never_shown_whatever_is_asked(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "hide")
    assert "1" not in shown(agent, "Harbour with boats", user="ada", k=8, include_seen=True)
    assert "1" in shown(agent, "Harbour with boats", user="bob", k=8)


def test_what_was_said_can_be_taken_back_as_if_it_had_never_been_said(agent: RecommendationAgent) -> None:
    fresh = agent.profile("ada").text, shown(agent, "Harbour with boats", user="ada", k=8)
    agent.feedback("ada", "1", "hide", "too dark")
    agent.feedback("bob", "1", "hide")
    assert agent.withdraw("ada", "1", "hide") == 1
    assert (agent.profile("ada").text, shown(agent, "Harbour with boats", user="ada", k=8)) == fresh
    assert [one.item_id for one in agent.profile("bob").hidden] == ["1"]


def test_taking_back_a_hiding_lets_an_earlier_like_speak_again(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "like")
    agent.feedback("ada", "1", "hide")
    assert not agent.profile("ada").liked
    agent.withdraw("ada", "1", "hide")
    assert [one.item_id for one in agent.profile("ada").liked] == ["1"]


def test_what_was_never_said_cannot_be_taken_back_and_no_trace_of_it_is_made(agent: RecommendationAgent) -> None:
    assert agent.withdraw("ada", "1", "like") == 0
    with pytest.raises(RequestError, match="no feedback of the kind 'adore'"):
        agent.withdraw("ada", "1", "adore")


def test_a_rating_is_judged_on_five_stars_where_nobody_has_rated_yet(agent: RecommendationAgent) -> None:
    assert agent.feedback("ada", "1", "rating", value=1).value == 1
    assert agent.feedback("ada", "2", "rating", value=5).stored
    likings = {one.item_id: one.liking for one in (*agent.profile("ada").liked, *agent.profile("ada").disliked)}
    assert likings["1"] < 0 < likings["2"]


@pytest.mark.parametrize(
    ("kind", "value", "what"),
    [
        ("rating", None, "no value"),
        ("rating", 5.5, "5.5 is outside"),
        ("rating", -1, "outside"),
        ("rating", float("nan"), "outside"),
        ("like", 4, "with the kind 'like'"),
    ],
)
def test_a_rating_outside_of_its_scale_is_refused(
    shared: RecommendationAgent, kind: str, value: float | None, what: str
) -> None:
    with pytest.raises(RequestError, match=what):
        shared.feedback("ada", "1", kind, value=value)


def test_what_was_hidden_comes_back_when_it_is_liked_after_all(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "hide")
    agent.feedback("ada", "1", "like")
    assert "1" in shown(agent, "Harbour with boats", user="ada", k=8, include_seen=True)
    assert agent.profile("ada").hidden == ()


@pytest.mark.parametrize(
    ("reason", "names"),
    [
        ("too dark", ("dark",)),
        ("I don't like boats", ("boats",)),
        ("not another Monet", ("monet",)),
        ("boring, and too many hills", ("hills",)),
        ("no more portraits", ("portrait",)),
        ("not enough boats", ()),
        ("it lacks hills", ()),
        ("just awful", ()),
        ("too expensive", ()),
        ("不好看", ()),
    ],
)
def test_a_reason_becomes_a_wish_against_what_the_catalog_knows(
    shared: RecommendationAgent, reason: str, names: tuple[str, ...]
) -> None:
    given = shared.feedback(f"someone: {reason}", "6", "dislike", reason)
    assert tuple(one.casefold() for one in given.objections) == names


def test_an_objection_counts_against_items_and_the_answer_says_so(agent: RecommendationAgent) -> None:
    before = score(agent, "2", "a river", "ada")
    agent.feedback("ada", "6", "hide", "too many boats")
    assert score(agent, "2", "a river", "ada") < before - 0.05
    notes = agent.recommend("a river", user="ada").notes
    assert "What ada objected to before counts against items: “boats”." in notes


def test_what_is_objected_to_is_held_back_by_words_and_by_pictures(shared: RecommendationAgent) -> None:
    def held(words: str) -> list[int]:
        return shared.people.rows_holding([Objection(words, "", "")]).tolist()

    assert held("boats") == [0, 1]
    assert held("river boats") == [1]
    assert held("dark") == [3]
    assert held("elephants") == []


def test_an_item_that_is_held_back_comes_later_and_is_not_ruled_out(agent: RecommendationAgent) -> None:
    assert shown(agent, "a bowl of fruit or a portrait", user="ada", k=8)[0] == "7"
    agent.feedback("ada", "6", "dislike", "no still life")
    late = shown(agent, "a bowl of fruit or a portrait", user="ada", k=8)
    assert late[0] != "7"
    assert "7" in late


def test_what_is_asked_for_in_plain_words_is_not_held_back(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "6", "dislike", "too many boats")
    answer = agent.recommend("boats after all", user="ada")
    assert not any("counts against" in note for note in answer.notes)
    assert answer.recommendations[0].item.id in ("1", "2")


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=20), st.sets(st.integers(0, 19)))
def test_holding_back_lowers_what_is_unwanted_and_leaves_the_rest(scores: list[float], unwanted: set[int]) -> None:
    fused = np.array(scores)
    held = HeldBack(lambda pool: fused, np.array(sorted(unwanted), dtype=np.intp))(pool({"text": fused}))  # type: ignore[arg-type]
    apart = np.isin(np.arange(len(fused)), list(unwanted))
    np.testing.assert_array_equal(held[~apart], fused[~apart])
    assert (held[apart] <= fused[apart]).all()


def test_the_reason_of_a_like_is_kept_and_is_no_objection(agent: RecommendationAgent) -> None:
    assert agent.feedback("ada", "1", "like", "many boats").objections == ()
    assert agent.profile("ada").objections == ()
    assert agent.profile("ada").liked[0].reason == "many boats"


# The profile


def profile_of_likes(*item_ids: str, kind: str = "like") -> object:
    events = [Interaction("ada", item_id, kind, None, float(at)) for at, item_id in enumerate(item_ids)]  # type: ignore[arg-type]
    return profile_of(user_id("ada"), events, snapshot(ITEMS), None, (), opted_out=False)


def test_a_taste_is_told_with_counts_and_the_items_it_rests_on() -> None:
    found = profile_of_likes("1", "2", "3", "7")
    assert [(str(one), one.field, one.items) for one in found.likes][:2] == [
        ("Corot (2 of 4)", "maker", ("1", "3")),
        ("boats (2 of 4)", "tags", ("1", "2")),
    ]
    assert found.text.startswith("likes: Corot (2 of 4), boats (2 of 4)")


def test_what_most_of_the_catalog_has_is_no_taste() -> None:
    assert not any(one.value == "Landscape" for one in profile_of_likes("1", "2", "6", "7").likes)


def test_a_taste_tells_a_value_once_and_no_codes() -> None:
    made = {"maker": "Poullain+projet", "tags": ("Landscape", "unknown", "dusk")}
    items = [*ITEMS, *(Item(f"x{at}", f"Field {at}", category="Landscape", attributes=made) for at in range(2))]
    events = [Interaction("ada", item.id, "like") for item in items[-2:]]
    found = profile_of(user_id("ada"), events, snapshot(items), None, (), opted_out=False)
    assert [str(one) for one in found.likes] == ["Landscape (2 of 2)", "dusk (2 of 2)"]


def test_one_item_is_no_taste() -> None:
    assert profile_of_likes("1").text == ""


def test_what_was_not_liked_is_avoided() -> None:
    found = profile_of_likes("4", "5", kind="dislike")
    assert [str(one) for one in found.avoids] == ["Portrait (2 of 2)"]
    assert found.text == "avoids: Portrait (2 of 2)"


def test_saved_items_stay_saved_until_they_are_turned_against(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "save")
    agent.feedback("ada", "1", "like")
    agent.feedback("ada", "2", "save")
    agent.feedback("ada", "2", "dislike")
    assert [one.item_id for one in agent.profile("ada").saved] == ["1"]


def test_the_vectors_of_a_profile_lie_nearer_to_what_was_liked(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "like")
    middle = agent.profile("ada").vectors["text"]
    assert np.linalg.norm(middle) == pytest.approx(1.0, abs=1e-5)
    assert float(middle[0] @ TEXTS["2"][0]) > float(middle[0] @ TEXTS["7"][0])


def test_of_somebody_unknown_the_profile_is_empty(agent: RecommendationAgent) -> None:
    found = agent.profile("nobody")
    assert (found.n_events, found.text, found.liked, found.vectors) == (0, "", (), {})


# Who


@pytest.mark.parametrize("name", ["", "  ", "x" * (MAX_USER_CHARS + 1), "a\x00b", "a\nb", "\ud800"])
def test_a_name_that_cannot_be_one_is_refused(agent: RecommendationAgent, name: str) -> None:
    for ask in (
        lambda: agent.feedback(name, "1", "like"),
        lambda: agent.profile(name),
        lambda: agent.forget_user(name),
        lambda: agent.opt_out(name),
        lambda: agent.recommend("boats", user=name),
    ):
        with pytest.raises(RequestError, match="The name of the user"):
            ask()


def test_no_name_is_imported_that_could_not_be_forgotten(agent: RecommendationAgent, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    rows = [{"user": user, "item": "1", "kind": "like"} for user in ("a\x07b", "x" * (MAX_USER_CHARS + 1), "ok")]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = import_interactions(file, agent.workspace.store)
    assert [one.kind for one in report.problems] == ["bad user", "long user"]
    assert agent.forget_user("ok").rows == {"interactions": 1}


def test_feedback_for_an_unknown_item_or_of_an_unknown_kind_is_refused(agent: RecommendationAgent) -> None:
    with pytest.raises(RequestError, match="There is no item '99'"):
        agent.feedback("ada", "99", "like")
    with pytest.raises(RequestError, match="no feedback of the kind 'adore'"):
        agent.feedback("ada", "1", "adore")
    with pytest.raises(RequestError, match="The reason has"):
        agent.feedback("ada", "1", "like", "x" * 3_000)
    assert agent.profile("ada").n_events == 0


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(str.strip)
PATHS = st.sampled_from(["../../etc/passwd", "a/b", "a\\b", "C:\\x", "..", "%2e%2e", "'; DROP TABLE items; --", "NULL"])


@settings(max_examples=25, deadline=None)
@given(one=NAMES | PATHS, other=NAMES | PATHS, kind=st.sampled_from([kind for kind in KINDS if kind != "rating"]))
def test_people_are_separate_whatever_they_are_called(
    shared: RecommendationAgent, one: str, other: str, kind: str
) -> None:
    files = sorted(path.name for path in shared.workspace.path.iterdir())
    known = shared.profile(other).n_events
    shared.feedback(one, "3", kind)
    if other != one:
        assert shared.profile(other).n_events == known
        assert shared.workspace.store.delete_user(other) == ({"interactions": known} if known else {})
    assert shared.profile(one).n_events >= 1
    shared.workspace.store.delete_user(one)
    assert shared.profile(one).n_events == 0
    assert sorted(path.name for path in shared.workspace.path.iterdir()) == files


# Opting out


def test_of_somebody_who_opted_out_nothing_is_kept_and_nothing_used(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "hide", "too many boats")
    agent.opt_out("ada", True)
    given = agent.feedback("ada", "2", "like")
    assert not given.stored
    assert "ada has opted out" in given.note
    answer = agent.recommend("Harbour with boats", user="ada", k=8)
    assert "1" in [one.item.id for one in answer.recommendations]
    assert answer.notes[0] == "ada has opted out: nothing they did is used, and nothing more is kept."
    assert agent.workspace.store.put_interactions([Interaction("ada", "3", "like")]) == 0
    agent.workspace.store.put_turn("talk", 1, StoredTurn("ada", "{}"))
    assert agent.workspace.store.turns("talk") == []
    assert agent.profile("ada").n_events == 1


def test_an_import_leaves_out_who_opted_out_and_says_so(agent: RecommendationAgent, tmp_path: Path) -> None:
    agent.opt_out("ada")
    file = tmp_path / "events.csv"
    file.write_text("user,item,kind\nada,1,like\nada,2,like\n")
    only = import_interactions(file, agent.workspace.store)
    file.write_text("user,item,kind\nada,1,like\nbob,2,like\nbob,3,like\n")
    both = import_interactions(file, agent.workspace.store)
    assert (only.read, only.added, both.read, both.added, both.repeated) == (0, 0, 2, 2, 0)
    assert only.notes == ("Events of people who have opted out, which are not kept: 2.",)
    assert both.notes[0] == "Events of people who have opted out, which are not kept: 1."


def test_nobody_learns_from_somebody_who_opted_out(agent: RecommendationAgent) -> None:
    for user in ("ada", "bob", "eve"):
        for item_id in ("6", "7"):
            agent.feedback(user, item_id, "like")
    agent.feedback("dan", "6", "like")
    assert agent.recommend(user="dan", k=1).recommendations[0].together.people == 3  # type: ignore[union-attr]
    agent.opt_out("eve")
    assert agent.recommend(user="dan", k=1).recommendations[0].together.people == 2  # type: ignore[union-attr]
    assert {one.user for one in agent.workspace.store.interactions()} == {"ada", "bob", "dan"}


def test_who_opts_in_again_finds_what_was_known(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "like")
    agent.opt_out("ada")
    with pytest.raises(RequestError, match="ada has opted out, and the request is empty"):
        agent.recommend(user="ada")
    agent.opt_out("ada", False)
    assert "2" in shown(agent, user="ada", k=2)


# Export and forgetting


def test_an_export_holds_everything_that_stands_under_a_name(agent: RecommendationAgent) -> None:
    agent.feedback("ada", "1", "like", "lovely sea")
    for number, said in ((2, "on a river"), (1, "boats")):
        agent.workspace.store.put_turn("talk", number, StoredTurn("ada", json.dumps({"said": said, "shown": ["1"]})))
    agent.workspace.store.put_turn("other", 1, StoredTurn("bob", '{"said": "what bob wants"}'))
    agent.feedback("bob", "2", "like", "a secret of bob")
    found = json.loads(json.dumps(agent.export_user("ada"), allow_nan=False))
    assert [row["reason"] for row in found["rows"]["interactions"]] == ["lovely sea"]
    turns = [{"number": 1, "said": "boats", "shown": ["1"]}, {"number": 2, "said": "on a river", "shown": ["1"]}]
    assert found["conversations"] == [{"id": "talk", "turns": turns}]
    assert set(found["vectors"]) == {"text", "multilingual"}
    assert "bob" not in json.dumps(found)


PEOPLE = [f"somebody-{at:03}-here" for at in range(100)]
STAYING = [f"staying-{at}" for at in range(4)]


def traces(folder: Path) -> set[bytes]:
    """Names and texts of `PEOPLE` that stand in any file, in any of the encodings that our files use."""
    wanted = [f"{name}{what}" for name in PEOPLE for what in ("", " said")]
    codes = {text.encode(code) for text in wanted for code in ("utf-8", "utf-16-le", "utf-32-le")}
    contents = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return {code for code in codes if any(code in content for content in contents)}


def live(agent: RecommendationAgent, people: list[str]) -> None:
    """What people leave behind: likes, reasons, conversations, learned models, an evaluation, a backup."""
    ids = [item.id for item in ITEMS]
    agent.workspace.store.put_interactions(
        Interaction(name, ids[(at + step) % len(ids)], "like", None, float(step))
        for at, name in enumerate(people)
        for step in (1, 2)
    )
    for at, name in enumerate(people):
        agent.feedback(name, ids[at % len(ids)], "dislike", f"{name} said boats")
        agent.conversation(user=name).say(f"{name} said boats on a river")
    agent.opt_out(people[-1])
    agent.recommend("boats", user=people[0])
    agent.recommend(user=people[1])
    assert agent.workspace.store.learned()
    evaluate(agent, Wanted(splits=("leave-one-out",)))
    with closing(sqlite3.connect(agent.workspace.store.path.with_name("tastemaker.db.format-2.bak"))) as copy:
        agent.workspace.store._db.backup(copy)


def test_of_a_hundred_people_who_are_forgotten_no_byte_is_left_and_others_keep_theirs(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    with open_agent(folder) as agent:
        live(agent, [*PEOPLE, *STAYING, "out"])
        kept = [agent.export_user(name)["rows"] for name in STAYING]
    assert len(traces(folder)) >= 300  # each name and text in the database, and names in figures as UTF-32
    with agent_of(Workspace.open(folder)) as agent:
        for name in PEOPLE:
            assert agent.forget_user(name).rows == {"interactions": 3, "turns": 1}
        assert [agent.export_user(name)["rows"] for name in STAYING] == kept
        assert shown(agent, user=STAYING[0], k=1)
        assert agent.workspace.store.opted_out("out")
        assert traces(folder) == set()
    assert traces(folder) == set()
    with closing(sqlite3.connect(folder / "tastemaker.db.format-2.bak")) as copy:
        assert {user for (user,) in copy.execute("SELECT DISTINCT user FROM interactions")} == {*STAYING, "out"}


def test_an_open_conversation_ends_with_whoever_is_forgotten_and_nobody_elses(agent: RecommendationAgent) -> None:
    talk, other = agent.conversation(user="ada"), agent.conversation(user="bob")
    talk.say("boats on a river")
    other.say("boats")
    assert agent.forget_user("ada").memory == {"open conversations": 1}
    assert (talk.turns, talk.user) == ((), None)
    for say_more in (lambda: talk.say("and hills"), lambda: talk.judge("1", "like")):
        with pytest.raises(RequestError, match="This conversation was forgotten"):
            say_more()
    assert agent.workspace.store.rows_of("ada") == {}
    assert len(other.turns) == 1
    assert other.say("and hills").recommendations


def test_an_answer_that_is_made_while_somebody_is_forgotten_is_not_kept_behind_them(agent: RecommendationAgent) -> None:
    talk = agent.conversation(user="ada")
    events = talk.stream("boats on a river")
    next(events)
    agent.forget_user("ada")
    assert [event for event in events if event.answer]
    assert agent.workspace.store.rows_of("ada") == {}
    assert (agent.workspace.store.turns(talk.id), talk.turns) == ([], ())


def test_an_open_conversation_goes_on_when_its_person_opts_out(agent: RecommendationAgent) -> None:
    talk = agent.conversation(user="ada")
    talk.say("boats on a river")
    agent.opt_out("ada")
    assert talk.say("like the first").dialogue
    assert len(agent.workspace.store.turns(talk.id)) == 1


def test_forgetting_somebody_unknown_does_nothing(agent: RecommendationAgent) -> None:
    assert agent.forget_user("nobody").rows == {}


# The command line


def test_the_commands_take_a_word_show_it_hand_it_over_and_forget_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.models.Models.text", WordEncoder())
    monkeypatch.setattr("agent.models.Models.encoder_ids", {"text": WordEncoder.id})
    open_agent(tmp_path / "w").close()

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--workspace", str(tmp_path / "w")])
        return int(left.value.code or 0), capsys.readouterr().out

    assert run("feedback", "1", "--user", "ada", "--kind", "hide", "--reason", "too many boats") == (
        0,
        "hide: 1\n  counts against items from now on: boats\n",
    )
    assert "avoids boats: said “too many boats” of Harbour with boats" in run("profile", "--user", "ada")[1]
    assert json.loads(run("export", "--user", "ada")[1])["rows"]["interactions"][0]["item"] == "1"
    assert run("feedback", "2", "--user", "bob", "--kind", "rating", "--value", "4")[1] == "rating 4: 2\n"
    assert run("profile", "--user", "ada", "--opt-out")[0] == 0
    assert json.loads(run("feedback", "2", "--user", "ada", "--json")[1])["stored"] is False
    assert run("forget", "ada", "--json")[0] == 2
    assert json.loads(run("forget", "ada", "--yes", "--json")[1])["rows"] == {"interactions": 1, "opted_out": 1}
    assert run("forget", "ada", "--yes") == (0, "Nothing was known of ada.\n")
    assert run("feedback", "99", "--user", "ada")[0] == 2
