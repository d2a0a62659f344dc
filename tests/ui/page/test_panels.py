"""What the chat page shows, as HTML, without a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.answers import StateView
from agent.errors import WorkspaceError
from agent.language.messages import languages
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.storage.exchanges import Listed
from tests.support.shelf import snapshot
from ui.page.chat import panels
from ui.page.chat.cards import facts, has_picture
from ui.page.chat.evidence import why
from ui.page.chat.examples import examples
from ui.page.chat.exchange import Exchange, SentFile, VisitorWish
from ui.page.shared.frame import header
from ui.page.shared.reader import Reader
from ui.page.shared.templating import plain_filter
from ui.page.shared.words import Words, preferred, sentences
from ui.service.jobs import JobState
from ui.service.service import Status
from ui.shop.settings import ShopSettings

ENGLISH, CHINESE = Reader(Words("en")), Reader(Words("zh"))
HOSTILE = "<img src=x onerror=alert(1)>{{ 7*7 }}${1+1}"


def card(**changes: Any) -> dict[str, Any]:
    item = {
        "id": "7",
        "title": "Boating",
        "price": 39.5,
        "category": "Paintings",
        "attributes": {"artist": "Edouard Manet", "year": 1874},
        "media": [{"kind": "image", "name": "a.jpg", "problem": None}],
    }
    claim = {"text": "artist: Edouard Manet", "evidence": [source("field", "/item/attributes/artist", "Edouard Manet")]}
    explanation = {"text": "A boat.", "claims": [claim], "wording": "template", "model": None, "rejected": []}
    return {
        "item": item,
        "rank": 1,
        "score": 0.5,
        "retrieval_rank": 2,
        "likelihood": -1.0,
        "explanation": explanation,
        "channels": {},
        "decided": {
            "modalities": {"text": {"score": 0.3, "rank": 4}, "picture": {"score": -0.1, "rank": 1}},
            "channels": {"lexical": {"score": 0.3, "rank": 1}},
            "base": 0.1,
            "contributions": {
                "words": {"score": 0.3, "share": 67},
                "meaning": {"score": 0.15, "share": 33},
                "picture": {"score": -0.05, "share": 0},
            },
        },
        "twins": [{"item_id": "8", "title": "Boating, again"}],
        **changes,
    }


def source(
    kind: str, pointer: str, value: str, medium: str | None = None, start_s: float | None = None
) -> dict[str, Any]:
    return {"kind": kind, "pointer": pointer, "value": value, "medium": medium, "start_s": start_s}


def answer(**changes: Any) -> dict[str, Any]:
    return {"notes": [], "relaxations": [], "dialogue": None, "timings_s": {"retrieve": 0.25}, **changes}


def done(**changes: Any) -> Exchange:
    request = {"heard": None, "seen": [], "filters": ["year>1850"]}
    given = {"cards": {"7": card()}, "answer": answer(), "request": request, **changes}
    return Exchange(given.pop("wish", VisitorWish("a boat")), given.pop("phase", "done"), **given)


@dataclass
class Shown:
    """As much of a talk as the panels look at."""

    exchanges: list[Exchange]
    id: str = "abc"
    working: bool = False
    must_haves: tuple[str, ...] = ()
    leanings: tuple[str, ...] = ()
    understood: StateView = field(default_factory=StateView)
    pending: tuple[str, ...] = field(default=())


def flow(*exchanges: Exchange, words: Reader = ENGLISH, working: bool = False) -> str:
    talk: Any = Shown(list(exchanges), working=working)
    return panels.past(talk, words) + panels.present(talk, words)


def test_a_card_shows_picture_title_facts_reason_and_what_can_be_done_with_it() -> None:
    html = flow(done())
    assert 'src="v1/items/7/picture?size=480"' in html
    for told in (
        "Boating",
        "39.50 · Edouard Manet · 1874 · Paintings",
        "A boat.",
        "Why this?",
        "More like this",
        "Not this",
    ):
        assert told in html


def test_text_of_catalogs_people_and_models_is_never_markup() -> None:
    hostile = card()
    hostile["item"] = {**hostile["item"], "id": HOSTILE, "title": HOSTILE, "attributes": {"artist": HOSTILE}}
    claim = {"text": HOSTILE, "evidence": [source("span", "/x", HOSTILE, HOSTILE, 3.0)]}
    hostile["explanation"] = {"text": HOSTILE, "claims": [claim], "wording": "model", "model": HOSTILE, "rejected": []}
    hostile["twins"] = [{"item_id": "1", "title": HOSTILE}]
    exchange = done(
        wish=VisitorWish(HOSTILE, (SentFile("picture", "/p", HOSTILE, "data:image/webp;base64,"),)),
        cards={HOSTILE: hostile},
        answer=answer(notes=[HOSTILE]),
        request={"heard": {"text": HOSTILE, "english": ""}, "seen": [HOSTILE], "filters": [HOSTILE]},
    )
    html = flow(exchange)
    assert "<img src=x" not in html
    assert "onerror=alert(1)>" not in html.replace("onerror=alert(1)&gt;", "")
    assert "49" not in re.sub(r"rank|149|490", "", html)


def test_a_filter_form_holds_hostile_values_of_a_catalog() -> None:
    schema = Schema([Field("kind'\"<b>", "category", filterable=True, searchable=True, values=("a'b", '"c"', "<i>"))])
    html = panels.chips(Shown([], must_haves=('"kind"="<i>"',)), schema, ENGLISH)  # type: ignore[arg-type]
    assert "<i>" not in html
    assert "<b>" not in html
    assert "kind: &lt;i&gt;" in html


def test_while_an_answer_is_made_its_step_shows_and_it_can_be_stopped() -> None:
    at_work = done(phase="working", answer=None, steps=["searching 174 items"], cards={})
    html = flow(at_work, working=True)
    assert "Searching 174 items…" in html
    assert 'data-act="stop"' in html
    assert 'data-act="undo"' not in html


def test_cards_come_before_their_reasons() -> None:
    bare = {"item": card()["item"]}
    html = flow(done(phase="working", answer=None, steps=["searching"], cards={"7": bare}), working=True)
    assert "Wording a reason" in html
    assert "Why this?" not in html


def test_an_answer_is_drawn_anew_when_it_is_there_and_when_something_is_thought_of_it() -> None:
    exchange = done(phase="working", answer=None, steps=["searching"])
    assert "Stop" in flow(exchange, working=True)
    exchange.phase, exchange.answer = "done", answer()
    assert "Stop" not in flow(exchange)
    exchange.marks["7"] = "dislike"
    assert "Noted: not this." in flow(exchange)


def test_only_the_last_request_can_be_taken_back() -> None:
    html = flow(done(), done(wish=VisitorWish("another")))
    assert html.count('data-act="undo"') == html.count('data-act="edit"') == html.count('data-act="retry"') == 1


def test_a_question_is_asked_with_its_options_as_buttons() -> None:
    question = {"text": "Which culture?", "options": [{"label": "Dutch", "filter": "culture=Dutch", "n_items": 9}]}
    html = flow(done(answer=answer(dialogue={"turn": 1, "question": question})))
    assert "Which culture?" in html
    assert re.search(r'<button[^>]*data-act="option" data-n="0">Dutch \(9\)</button>', html)


def test_the_reply_comes_first_and_what_may_be_meant_are_buttons() -> None:
    html = flow(done(cards={}, answer=answer(reply="Which <one>?", choices=["show me others", "start over"])))
    assert '<p class="tm-reply" data-key="reply">Which &lt;one&gt;?</p>' in html
    assert re.search(r'<button[^>]*data-act="choose" data-n="1">start over</button>', html)
    assert '<p class="tm-hidden" role="status">Which &lt;one&gt;?</p>' in html
    growing = done(phase="working", answer=None, lead="Three that fit best.")
    assert "Three that fit best." in flow(growing, working=True)


def test_how_an_item_fits_is_told_in_words_of_the_page() -> None:
    fitting = done(cards={"7": card(fit=0.9), "8": card(fit=0.01)}, answer=answer())
    assert '<span class="tm-fit tm-fit-good">fits</span>' in flow(fitting)
    assert '<span class="tm-fit tm-fit-poor">最接近的</span>' in flow(fitting, words=CHINESE)
    assert "tm-fit" not in flow(done())


def test_what_the_data_leaves_open_stands_on_the_card() -> None:
    html = flow(done(cards={"7": card(untold=["<nuts>"])}))
    assert '<p class="tm-untold">Its data does not say whether it holds &lt;nuts&gt;.</p>' in html


def test_several_things_stand_under_their_names_with_the_set_marked_and_its_total() -> None:
    boat, oar = card(), card(item=card()["item"] | {"id": "8", "title": "Oar"})
    groups = [
        {"role": "boat", "items": ["7"], "chosen": "7"},
        {"role": "<sail>", "items": [], "chosen": None},
        {"role": "oar", "items": ["8"], "chosen": None},
    ]
    html = flow(done(cards={"7": boat, "8": oar}, answer=answer(groups=groups, total=39.5)))
    assert re.findall(r"<h3 class=.tm-role.[^>]*>(.*?)</h3>", html) == ["boat", "&lt;sail&gt;", "oar"]
    assert html.count("tm-card-chosen") == html.count("Proposed") == 1
    assert "Nothing of the kind here." in html
    assert "Together 39.5." in html
    assert html.index(">boat<") < html.index("Boating") < html.index(">oar<") < html.index(">Oar<")
    assert len(set(re.findall(r'id="(why-[^"]+)"', html))) == 2


def test_what_was_understood_stands_as_chips_that_can_go() -> None:
    view = StateView("jacket", ("jackets", "warm <jacket>"), ("price<=50",), ("red",), "price asc")
    html = panels.chips(Shown([], must_haves=view.must_haves, understood=view), None, ENGLISH)  # type: ignore[arg-type]
    chips = re.findall(r'data-act="unfilter" data-filter="([^"]+)"[^>]*>(.*?) <span', html)
    assert chips == [
        ("jacket", "looking for: jacket"),
        ("warm &lt;jacket&gt;", "“warm &lt;jacket&gt;”"),
        ("price&lt;=50", "price ≤ 50"),
        ("red", "no red"),
        ("price asc", "price: lowest first"),
    ]


def test_what_could_be_given_up_is_offered_as_buttons() -> None:
    ways = [
        {"dropped": ["price<=50"], "instead": None, "n_items": 12},
        {"dropped": ["price<=50"], "instead": "price<=60", "n_items": 3},
    ]
    html = flow(done(cards={}, answer=answer(relaxations=ways)))
    assert "without price ≤ 50: 12 items" in html
    assert "price ≤ 60 instead of price ≤ 50: 3 items" in html


def test_a_failure_is_told_in_place() -> None:
    html = flow(done(phase="failed", answer=None, cards={}, what="It is broken.", hint="Send another."))
    assert re.search(r'role="alert"[^>]*><strong>It is broken.</strong> Send another.', html)


def test_what_a_person_thought_of_an_item_stays_on_its_card() -> None:
    assert "Noted: not this." in flow(done(marks={"7": "dislike"}))
    assert 'aria-pressed="true"' in flow(done(marks={"7": "save"}))


def test_evidence_names_the_source_of_each_claim() -> None:
    claims = [
        {"text": "artist: Edouard Manet", "evidence": [source("field", "/item/attributes/artist", "Edouard Manet")]},
        {"text": "it says so", "evidence": [source("span", "/item/descriptions/0/spans/1", "boats", "talk.ogg", 12.2)]},
        {"text": "people", "evidence": [source("people", "/together/people", "3")]},
    ]
    shown = why(card(explanation={**card()["explanation"], "claims": claims}), ["price<=50"], ENGLISH)
    assert [one.sources for one in shown.claims] == [
        ("catalog: artist",),
        ("talk.ogg, second 12: “boats”",),
        ("what people chose",),
    ]
    assert shown.filters == ("price ≤ 50",)
    assert shown.twins == ("Boating, again",)


def test_what_counted_is_told_in_words_that_a_visitor_knows_with_shares_of_all_that_helped() -> None:
    shown = why(card(), [], ENGLISH)
    assert [(bar.name, bar.share) for bar in shown.bars] == [
        ("The words of your request", 67),
        ("What it is about", 33),
    ]
    assert shown.against == "Counted against it: its picture"
    assert why(card(), [], CHINESE).against == "对它不利的：它的图片"
    html = flow(done())
    assert re.search(r"<span>The words of your request</span> <span class=.tm-share.>67 %</span>", html)
    assert "−" not in html
    assert "-5 %" not in html


def test_a_trifle_is_not_said_to_have_counted_against_an_item() -> None:
    parts = {"words": {"score": 0.3, "share": 100}, "picture": {"score": -0.005, "share": 0}}
    assert why(card(decided={**card()["decided"], "contributions": parts}), [], ENGLISH).against == ""


def test_places_and_scores_without_each_part_stay_for_operators_behind_a_fold() -> None:
    (_, modalities), (_, channels) = why(card(), [], ENGLISH).places
    assert [(part.name, part.place) for part in modalities] == [
        ("Words", "place 4, score 0.20"),
        ("Picture", "place 1, score 0.60"),
    ]
    assert [part.name for part in channels] == ["Same words"]
    assert re.search(r"<details[^>]*>\s*<summary>Places without each part</summary>", flow(done()))


@pytest.mark.parametrize("decided", [None, {"modalities": {}, "channels": {}}])
def test_an_item_that_was_not_ranked_or_whose_answer_was_kept_before_has_no_bars(
    decided: dict[str, Any] | None,
) -> None:
    shown = why(card(decided=decided), [], ENGLISH)
    assert (shown.bars, shown.against, shown.places) == ((), "", ())


def test_a_reason_by_a_model_says_which_and_what_was_refused() -> None:
    by_model = {**card()["explanation"], "wording": "model", "model": "tiny", "rejected": ["no"]}
    assert why(card(explanation=by_model), [], ENGLISH).wording == (
        "Worded by tiny, each word checked against the item · the check refused 1 of its sentences"
    )


@pytest.mark.parametrize(
    ("canonical", "plain"),
    [
        ("price<=50", "price ≤ 50"),
        ('"culture"="French"', "culture: French"),
        ('"a ""b"""!="c"', 'a "b" ≠ c'),
        ("year 1600..1700", "year 1600..1700"),
    ],
)
def test_filters_are_shown_as_people_write_them(canonical: str, plain: str) -> None:
    assert plain_filter(canonical, ENGLISH) == plain


def test_facts_are_few_and_never_the_title_again() -> None:
    item = card()["item"] | {
        "title": "Paintings",
        "attributes": {"date": "1874", "year": 1874, "size": "x" * 99, "n": 2.5},
    }
    assert facts(item, ENGLISH) == "39.50 · 1874 · n 2.5"


def test_examples_are_the_shops_own_where_it_has_some_and_else_made_of_the_catalog() -> None:
    lamps = [Item(str(at), f"A thing of number {at}", category="Lamps", price=20.0 + at) for at in range(9)]
    assert [one.text for one in examples(snapshot(lamps), ENGLISH)] == ["lamps under 25"]
    own = ShopSettings(wishes={"en": ("a lamp for reading",), "zh": ("台灯",)})
    assert [one.text for one in examples(snapshot(lamps), replace(CHINESE, shop=own))] == ["台灯"]
    assert examples(snapshot([]), ENGLISH) == []


def test_a_first_visit_shows_goods_with_their_prices() -> None:
    shown = {**card()["item"], "title": HOSTILE}
    html = panels.welcome(Status("ready"), None, panels.Offer(1, (), [shown]), ENGLISH)
    assert 'data-act="begin"' in html
    assert "39.50" in html
    assert "<img src=x" not in html


def test_a_shop_writes_its_prices_and_facts_in_its_own_way() -> None:
    shop = ShopSettings(currency="EUR", prices="1.299,00 €", card=("price", "artist", "category"))
    reader = replace(ENGLISH, shop=shop)
    item = card()["item"]
    assert facts(item, reader) == "39,50 € · Edouard Manet · Paintings"
    dollars = {**item, "attributes": {"currency": "USD", "url": "https://shop.example/7"}}
    assert facts(dollars, reader) == "39,50 $ · Paintings"
    assert "url" not in facts(dollars, ENGLISH)
    assert plain_filter("price<=50", reader) == "price ≤ 50,00 €"
    assert plain_filter("price<=50", replace(reader, words=Words("zh"))) == "价格 ≤ 50,00 €"


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://shop.example/7?a=1&b=2", True),
        ("http://shop.example/", True),
        (" https://shop.example/7 ", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//shop.example/7", False),
        ("https://", False),
        ("http://[", False),
        ("/7", False),
        ("", False),
        (7, False),
        (None, False),
    ],
)
def test_a_card_leads_to_the_items_own_page_on_the_web_alone(address: object, leads: bool) -> None:
    there = card()
    there["item"] = {**there["item"], "attributes": {"url": address}}
    html = flow(done(cards={"7": there}))
    assert ('target="_blank" rel="noopener"' in html) is leads
    assert "javascript:" not in html


def test_what_models_run_and_how_answers_are_made_is_the_operators_to_read() -> None:
    by_model = {**card()["explanation"], "wording": "model", "model": "tiny-7b"}
    told = answer(notes=["Nothing is green."], making=["Reasons are reworded by tiny-7b."])
    exchange = done(cards={"7": card(explanation=by_model)}, answer=told)
    for_visitors = flow(exchange, words=replace(ENGLISH, operator=False))
    assert "tiny-7b" not in for_visitors
    assert "Nothing is green." in for_visitors
    assert "Reasons worded by a language model" in for_visitors
    assert flow(exchange).count("tiny-7b") == 3


def test_a_fault_of_the_server_is_told_to_visitors_without_its_details() -> None:
    exchange = Exchange(VisitorWish("a boat"))
    exchange.fail(WorkspaceError("/srv/shop is full.", "Free some space."), "en")
    exchange.end()
    assert "/srv/shop is full." in flow(exchange)
    for_visitors = flow(exchange, words=replace(ENGLISH, operator=False))
    assert "/srv/shop" not in for_visitors
    assert "Please ask again." in for_visitors


def test_an_item_without_a_picture_shows_its_initial() -> None:
    bare = card()
    bare["item"] = {**bare["item"], "media": []}
    assert not has_picture(bare["item"])
    assert "<img" not in flow(done(cards={"7": bare}))


def test_a_first_visit_offers_the_demo() -> None:
    html = panels.welcome(Status("empty"), None, panels.Offer(), ENGLISH)
    assert "Open the demo catalog" in html
    running = panels.welcome(
        Status("empty"), JobState("demo", stage="describing", done=3, total=174), panels.Offer(), ENGLISH
    )
    assert "describing, 3 of 174" in running
    assert 'value="3"' in running


def test_a_visitor_of_an_empty_server_is_offered_nothing_that_they_may_not_do() -> None:
    html = panels.welcome(Status("empty"), None, panels.Offer(), replace(ENGLISH, operator=False))
    assert "has not brought one in yet" in html
    assert 'data-act="demo"' not in html
    assert 'catalog"' not in html


def test_the_status_line_names_model_and_device() -> None:
    html = header(Status("ready", models={"llm": "smollm2"}, device="CPU"), "chat", 3, ENGLISH)
    assert "smollm2 · CPU" in html
    loading = header(Status("starting", "loading the models"), "chat", 10, ENGLISH)
    assert "Starting: loading the models, 10 s" in loading


def test_conversations_are_listed_with_a_way_to_erase_each() -> None:
    html = panels.history([Listed("a1", "boats", 0.0, 2)], "a1", ENGLISH.words)
    assert 'data-act="open" data-id="a1" aria-current="true"' in html
    assert 'aria-label="Delete: boats"' in html


def test_the_page_speaks_chinese() -> None:
    html = flow(done(), words=CHINESE)
    assert "为什么推荐？" in html
    assert "More like this" not in html


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("de, zh;q=0.5", "zh"),
        ("fr", "en"),
        ("", "en"),
        ("zh;q=rubbish", "en"),
    ],
)
def test_the_language_is_the_one_that_the_browser_likes_best(header: str, language: str) -> None:
    assert preferred(header) == language


@given(st.text(max_size=60))
def test_any_language_header_gives_a_language(header: str) -> None:
    assert preferred(header) in languages()


def test_every_sentence_is_there_in_every_language_with_the_same_blanks() -> None:
    for key, said in sentences().items():
        assert set(said) == set(languages()), key
        blanks = [set(re.findall(r"{(\w+)", text)) for text in said.values()]
        assert all(one == blanks[0] for one in blanks), key


def test_an_exchange_is_kept_and_read_back_whole() -> None:
    said = VisitorWish("a boat", (SentFile("picture", "/p", "p.jpg", "data:,"),), filters=("a=b",), k=5, diversity=0.3)
    kept = done(wish=said, marks={"7": "save"})
    assert Exchange.from_json(kept.to_json()) == kept


def test_a_conversation_is_named_by_what_was_heard_where_nothing_was_written() -> None:
    spoken = VisitorWish("", (SentFile("sound", "/p/audio.wav", "audio.wav"),))
    heard = {"heard": {"text": "a warm jacket for my father", "english": ""}, "seen": [], "filters": []}
    assert Exchange(spoken, request=heard).title == "a warm jacket for my father"
    assert Exchange(spoken).title == "audio.wav"
    assert Exchange(replace(spoken, text="and in blue"), request=heard).title == "and in blue"


def test_where_nothing_fits_that_is_said_in_words() -> None:
    nothing = done(cards={}, answer=answer(reply=""))
    assert "Nothing here fits that." in flow(nothing)
    assert "这里没有符合的" in flow(replace(nothing, drawn={}), words=CHINESE)
    assert "Nothing here fits that." not in flow(done(cards={}, answer=answer(reply="There is no such lamp.")))
