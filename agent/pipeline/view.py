"""View: one state of a workspace, as a turn sees it from its beginning to its end."""

from __future__ import annotations

from copy import copy
from typing import Self

from agent.backends.chat.endpoint import EndpointChat
from agent.backends.model_card import Job
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.protocols import ChatModel, Describer
from agent.config import AgentConfig
from agent.models import Models
from agent.people import People
from agent.pipeline.holdings import Holdings
from agent.pipeline.journal import Journal
from agent.rerank.exhibit import PicturesOf
from agent.rerank.item_pictures import pictures_of, sees
from agent.rerank.setting import ranking_of
from agent.retrieve.retriever import assemble, late_learned
from agent.retrieve.tuned import load_tuned, tuned_settings
from agent.rules import Rulebook, load_rules
from agent.understand import Vocabulary
from agent.understand.acts import ActReader
from agent.understand.acts.features import ActEncoders
from agent.understand.kinds import KindReader
from agent.understand.measures import Measures
from retrieval.collaborative.learned import LateLearned
from retrieval.once import once
from retrieval.retriever import Retriever
from retrieval.schema import Schema
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace
from retrieval.text.words import words
from retrieval.tuning.tuned import Tuned


class View:
    """What is known of the catalog, of what was tuned for it and of what people did; it never changes.

    Each part is read when it is first needed. When the workspace changes the agent takes a new view, and turns that
    are under way keep theirs. What single people do counts at once: it is no part of a view.

    Attributes:
        workspace: Whose items are recommended.
        models: Backends, each loaded when it is first needed.
        holdings: The items, and what follows from them.
    """

    def __init__(self, workspace: Workspace, models: Models, holdings: Holdings | None = None) -> None:
        self.workspace = workspace
        self.models = models
        self.holdings = holdings or Holdings(workspace, models)

    @once
    def tuned(self) -> Tuned | None:
        """What was tuned for the workspace."""
        return load_tuned(self.workspace.store)

    @once
    def config(self) -> AgentConfig:
        """The settings; what was tuned for the workspace stands in for those that nobody has set."""
        return ranking_of(tuned_settings(self.models.config, self.tuned), self.tuned)

    @once
    def retriever(self) -> Retriever:
        """Retrieval over the items.

        Raises:
            RequestError: there are none.
        """
        holdings, fusion = self.holdings, self.models.config.fusion
        return assemble(self.workspace, holdings.snapshot, holdings.lexical, self.learned, fusion)

    @once
    def rulebook(self) -> Rulebook:
        """The shop's rules over the items; none where the settings leave them out."""
        return Rulebook(load_rules(self.workspace.store) if self.models.config.rules else (), self.snapshot)

    @once
    def learned(self) -> LateLearned:
        """What was learned from what people did."""
        return late_learned(self.workspace, self.snapshot, self.models.config.privacy_epsilon)

    @once
    def acts(self) -> ActReader:
        """Tells what turns do; words that the catalog has count for something to look for."""
        return ActReader(ActEncoders(self.models.turns, self.models.words), self._known)

    def _known(self, text: str) -> float:
        """Which share of a text's words the items hold, in [0, 1]."""
        parts = words(text)
        frequency = self.holdings.lexical.frequency
        return sum(frequency(part) > 0 for part in parts) / len(parts) if parts else 0.0

    def without_model(self) -> Self:
        """The same view, in which no language model takes part."""
        view = copy(self)
        view.models = self.models.without_chat()
        return view

    def chat(self, journal: Journal, job: Job) -> ChatModel | None:
        """The language model that does a job, waited for as long as the request can wait; None where none is to."""
        model = self.models.doing(job)
        if model is None and job == "rerank" and self.ranks_here:
            model = self.models.chat
        return model.within(journal.budget(self.config)) if isinstance(model, EndpointChat) else model

    @property
    def ranks_here(self) -> bool:
        """Whether a model is to order lists here whatever it proved elsewhere: tuning, or a person, said how much."""
        tuned = self.tuned.values.get("rerank_weight") if self.tuned else None
        return bool(tuned) or "rerank_weight" in self.models.config.model_fields_set

    def item_pictures(self, model: ChatModel) -> PicturesOf | None:
        """Gives the pictures of items that a model is to be shown; None where it sees none, or is to see none."""
        most = self.config.rerank_pictures
        return pictures_of(self.models.decoder, most) if most and sees(model, Models.seeing.peek(self.models)) else None

    def request_describer(self, journal: Journal) -> Describer:
        """Writes what a request's picture shows, or nothing where that takes longer than the request can wait."""
        describer = self.models.request_describer
        budget = journal.budget(self.config)
        return describer.within(budget) if isinstance(describer, PictureDescriber) else describer

    @property
    def people(self) -> People:
        """What is known of people, to be kept, shown and learned from."""
        return self.holdings.people

    @property
    def snapshot(self) -> Snapshot:
        """The items.

        Raises:
            RequestError: there are none.
        """
        return self.holdings.snapshot

    @property
    def schema(self) -> Schema:
        """What the catalog's fields are."""
        return self.snapshot.schema

    @property
    def kinds(self) -> KindReader:
        """What kind of thing words ask for."""
        return self.holdings.kind_reader

    @property
    def vocabulary(self) -> Vocabulary:
        """What the catalog's fields and values are called."""
        return self.holdings.vocabulary

    @property
    def measures(self) -> Measures:
        """What can be measured of the items."""
        return self.holdings.measures


__all__ = ["View"]
