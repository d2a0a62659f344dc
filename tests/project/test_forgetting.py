"""Everything that remembers is known, with how somebody who is forgotten goes from it; what is new has to be told here.

Tables of the database, memories of objects and modules, and functions that keep their results are found by their form.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import load_config
from retrieval.storage.people import rows_of
from retrieval.storage.store import Store
from tests.support.layouts import laid
from tests.support.memories import cached, remembering
from ui.app import create_app
from ui.guard.access import Access
from ui.page.layout import build_page
from ui.service.service import Service

# Tables

OF_PEOPLE = {
    "interactions",
    "opted_out",
    "turns",
    "exchanges",
    "reviews",
}  # with a column `user`, by which they go
OF_ITEMS = {
    "items", "descriptions", "item_descriptions", "channels", "vectors", "item_vectors", "item_points", "outbox",
    "settings",  # of the workspace: no figure in it is one person's
    "blobs",  # of which those learned from people are erased with anybody's events
    "review_digests",  # of which those of items go that somebody who is forgotten wrote of
    "sqlite_sequence", "ledger",
}  # fmt: skip

# Memories

REGISTERED = {  # in `Traces`: each forgets one person
    "ui.api.idempotency.KeptAnswers",
    "ui.api.openai.messages.SentBefore",
    "ui.page.chat.talks.Talks",
    "ui.service.catalogs.Catalogs",
    "ui.service.chat_history.Histories",
    "ui.service.uploads.Uploads",
}
WITH_THEIR_OWNER = {  # of something that is in one of these, or that the agent itself lets go of
    "agent.dialogue.conversation.Conversation",
    "agent.recommender.agent.RecommendationAgent",
    "ui.page.chat.talk.Talk",
}
EMPTIED = {  # by `agent.recent.let_go`, whoever is forgotten: they are of words, and not of names
    "agent.backends.generation.constrained.Schemas",
    "agent.backends.generation.prompt_cache.PromptCache",
    "agent.explain.nearest_passage.Nearness",
    "agent.understand.denials.holding.HoldingTable",
}
OF_THE_CATALOG = {  # made of items, fields and the product's own words; nothing that people say gets in
    "agent.explain.distinctive.DistinctiveFacts",
    "agent.ingest.store_items.Digests",
    "agent.language.word_model.WordModel",
    "agent.retrieve.plans.Plans",
    "agent.understand.denials.taxonomy._Names",
    "agent.understand.denials.values.TellingValues",
    "agent.understand.orders.words.Table",
    "agent.understand.phrases.PhraseBook",
    "agent.understand.vocabulary.Vocabulary",
    "agent.understand.vocabulary._Census",
    "retrieval.catalog.columns._Prices",
    "retrieval.catalog.csv_rows._Source",
    "retrieval.catalog.media_paths.MediaFolder",
    "retrieval.catalog.row_reader.RowReader",
    "retrieval.filters.columns._Builder",
    "retrieval.spelling.column.Column",
    "retrieval.spelling.list_marks.ListMarks",
    "retrieval.storage.index.VectorIndex",
    "retrieval.text.inference.SchemaBuilder",
    "retrieval.text.inference._FieldStatistics",
    "retrieval.text.mentions.Mentions",
    "ui.page.chat.view.ChatView",
    "ui.service.thumbnails.Thumbnails",
}
OF_ONE_CALL = {  # gone when a turn, an import or a command ends
    "agent.backends.chat.endpoint_calls._Calls",
    "agent.backends.generation.batch_decode.StreamedAnswer",
    "agent.backends.generation.constrained.Constraint",
    "agent.backends.generation.prompt_lookup.Copying",
    "agent.cli.output.AnswerPrinter",
    "agent.dialogue.reader.TalkReader",
    "agent.dialogue.set_talk._SetChange",
    "agent.evaluate.tune._Tuning",
    "agent.explain.grounding.association.Associations",
    "agent.explain.grounding.bindings.Bindings",
    "agent.explain.grounding.order.Orders",
    "agent.explain.grounding.record.ItemRecord",
    "agent.ingest.fetched_media.FetchedMedia",
    "agent.ingest.media.WorkspaceMedia",
    "agent.ingest.noted.Copies",
    "agent.media.key_frames.KeyFrames",
    "agent.pipeline.journal.Journal",
    "agent.understand.roles.role_names.RoleNames",
    "retrieval.catalog.mapping.ColumnMapping",
    "retrieval.catalog.mapping.FormatMapping",
    "retrieval.catalog.reading.Catalog",
    "retrieval.catalog.sheet_extents.SharedTexts",
    "retrieval.catalog.variants._Plan",
    "retrieval.evaluation.judging.Pools",
    "retrieval.importers.importing._Tally",
    "retrieval.importers.reviews._Pseudonyms",
    "ui.service.markdown.AnswerText",
    "ui.service.turns.PendingTurn",
    "ui.service.turns.Turns",
}
OF_THE_PROCESS = {  # counts, addresses, random ids and other objects
    "agent.backends.chat.scripted.ScriptedChat",  # a double for tests, as the next two
    "agent.backends.chat.scripted.ScriptedDescriber",
    "agent.backends.chat.scripted.ScriptedTranscriber",
    "agent.backends.chat.endpoint_http.Sockets",
    "agent.media.decoder._Children",
    "agent.people.traces.Traces",
    "agent.recent",
    "retrieval.storage.lock",
    "ui.guard.connections.Crowd",
    "ui.guard.login.Tries",  # by address, which no name leads to
    "ui.page.files.Arrivals",
    "ui.service.allowance.Allowance",  # by a digest with a secret, so that forgetting buys nobody more to say
    "ui.service.service.Service",
    "ui.telemetry.metrics.Metrics",
}
OURS = {  # what functions that keep their results for ever are asked by: words of the product, and none of people
    "name", "names", "op", "language", "languages", "catalog", "llm", "vlm", "manner", "part", "group", "room",
    "reader", "file", "pattern", "mark", "template",
}  # fmt: skip


def test_each_table_holds_people_by_their_name_or_is_known_to_hold_none(tmp_path: Path) -> None:
    with Store.open(tmp_path / "tastemaker.db") as store, store._reading() as db:
        tables = {table for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        by_name = {
            table for table in tables if any(row[1] == "user" for row in db.execute(f"PRAGMA table_info({table})"))
        }
        assert by_name == OF_PEOPLE
        assert tables - by_name == OF_ITEMS, "Give a table that holds something of people a column `user`."
        assert rows_of(db, "ada") == {}


def test_whatever_remembers_is_known_with_how_somebody_who_is_forgotten_goes_from_it() -> None:
    known = REGISTERED | WITH_THEIR_OWNER | EMPTIED | OF_THE_CATALOG | OF_ONE_CALL | OF_THE_PROCESS
    owners = {name.rpartition(".")[0] for name in remembering()}
    new = sorted(name for name in remembering() if name.rpartition(".")[0] not in known)
    assert not new, (
        f"{', '.join(new)}: what is of people has to be registered in `Traces`, what is of words made by"
        " `agent.recent`; say here which it is, or that it holds neither."
    )
    assert sorted(known - owners - {"ui.service.catalogs.Catalogs"}) == []  # which remembers in files alone


def test_functions_that_keep_their_results_for_ever_are_asked_by_words_of_ours() -> None:
    strange = [f"{place}({', '.join(arguments)})" for place, arguments in cached() if not set(arguments) <= OURS]
    assert strange == [], "Use `agent.recent.recent` for what people's words get into."


def test_every_store_that_is_to_forget_people_is_registered_in_a_server(tmp_path: Path) -> None:
    service = Service(tmp_path / "workspace", load_config(llm="none"))
    try:
        create_app(service, Access(), page=False)
        laid(lambda: build_page(service, Access()))
        names = {f"{type(store).__module__}.{type(store).__qualname__}" for store in service.traces.stores}
    finally:
        service.close()
    assert names == REGISTERED


@pytest.mark.parametrize("kind", ["class", "module", "recent", "field"])
def test_a_new_memory_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    new = {
        "class": "class A:\n    def __init__(self):\n        self.seen = OrderedDict()\n",
        "module": "seen: dict[str, str] = {}\n",
        "recent": "class A:\n    def __init__(self):\n        self.seen = recent(7)(self._make)\n",
        "field": "class A:\n    def put(self):\n        self.seen: set[str] = set()\n",
    }
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "new.py").write_text(new[kind])
    monkeypatch.setattr("tests.support.memories.ROOT", tmp_path)
    assert list(remembering()) == ["ui.new.seen" if kind == "module" else "ui.new.A.seen"]
