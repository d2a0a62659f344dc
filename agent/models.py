"""Every model of the agent, each loaded when it is first needed and never before."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from agent.backends.encoder_slots import EncoderSlots, NamedEncoder
from agent.backends.pictures.domain import Domain
from agent.backends.pictures.ocr import Ocr, OcrProcess
from agent.config import AgentConfig
from agent.weights.weights import DownloadProgress, derived, ensure
from retrieval.bridge import conse
from retrieval.channels.registry import BRIDGE, embedded_channels
from retrieval.encoding import Encoder, Vectors
from retrieval.once import once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.backends.factory import VisionChoice
    from agent.backends.pictures.two_towers import Towers
    from agent.backends.protocols import ChatModel, Describer, PictureEncoder, Transcriber
    from agent.backends.sound.clap import ClapEncoder
    from agent.media.decoder import MediaDecoder
    from agent.perceive.perception import DescriptionCache, Perception


class Models:
    """The backends that a configuration asks for.

    Args:
        progress: Told of weights that are downloaded on the way.

    Attributes:
        domain: What kind of things pictures show; to be set, where the configuration leaves it to the catalog, before a
            picture is described.
        slots: Encoders that a person named in place of those that ship.
    """

    def __init__(self, config: AgentConfig, progress: DownloadProgress | None = None) -> None:
        self.config = config
        self.slots = EncoderSlots.of(config.encoders, {})
        self.domain: Domain = "generic" if config.domain == "auto" else config.domain
        self._progress = progress
        self._reading = OcrProcess()

    def adopt(self, remembered: Mapping[str, str]) -> None:
        """Take the encoders that a workspace was made with into the slots that the settings leave to it.

        Args:
            remembered: By slot, as `EncoderSlots.pinned` gives them.
        """
        self.slots = EncoderSlots.of(self.config.encoders, remembered)

    @once
    def text(self) -> Encoder:
        """English text to vectors."""
        if self.slots.text:
            from agent.backends.text.sentence_model import SentenceModel

            return SentenceModel(self.slots.text.folder, self.slots.text.id)
        from agent.backends.text.minilm import MiniLM

        return MiniLM(self._weights("minilm-l6"))

    @once
    def multilingual(self) -> Encoder:
        """Text of many languages to vectors."""
        from agent.backends.text.use_multilingual import UseMultilingual

        return self.text if self.slots.text and self.slots.text.multilingual else UseMultilingual()

    @once
    def words(self) -> Encoder:
        """The encoder of English by which words are read, and likeness is judged that people are told of.

        What is near in meaning was set and trained by its vectors, whichever encoder requests are searched by.
        """
        from agent.backends.text.minilm import MiniLM

        return MiniLM(self._weights("minilm-l6")) if self.slots.text else self.text

    @once
    def foreign_words(self) -> Encoder:
        """The same of many languages."""
        from agent.backends.text.use_multilingual import UseMultilingual

        return UseMultilingual() if self.slots.text and self.slots.text.multilingual else self.multilingual

    @once
    def turns(self) -> Encoder:
        """The encoder that the classifier of acts was trained with, whichever one requests are searched by."""
        from agent.backends.text.use_multilingual import UseMultilingual

        return self.foreign_words if self.foreign_words.id == UseMultilingual.id else UseMultilingual()

    @once
    def pictures(self) -> PictureEncoder:
        """Pictures to vectors and class scores."""
        from agent.backends.pictures.efficientnet import EfficientNetLite2

        classes = EfficientNetLite2.from_archives(self._progress)
        if self._towers is None:
            return classes
        from agent.backends.pictures.two_towers import LabelledTowers

        return LabelledTowers(self._towers, classes)

    @property
    def picture_words(self) -> Encoder | None:
        """Words to vectors of the space of pictures; None where no encoder does both, and the bridge leads there."""
        return self._towers.words if self._towers else None

    @once
    def clap(self) -> ClapEncoder | None:
        """Sounds and words about them to vectors of one space; None where no encoder of sounds is named."""
        if self.slots.sound is None:
            return None
        from agent.backends.sound.clap import ClapEncoder

        return ClapEncoder(self.slots.sound.folder, self.slots.sound.id)

    @property
    def encoder_ids(self) -> Mapping[str, str]:
        """By channel the identity of what makes its vectors; no model is loaded to tell."""
        from agent.backends.pictures.efficientnet import EfficientNetLite2
        from agent.backends.text.minilm import MiniLM
        from agent.backends.text.use_multilingual import UseMultilingual

        ids = {"text": MiniLM.id, "multilingual": UseMultilingual.id, "pictures": EfficientNetLite2.id}
        text, picture = self.slots.text, self.slots.picture
        if text:
            ids |= {"text": text.id, "multilingual": text.id if text.multilingual else UseMultilingual.id}
        if picture is None:
            return encoder_ids(ids)
        # Words are compared with its pictures as they are: no point of another space stands for any of them.
        of_channels = encoder_ids(ids | {"pictures": picture.id})
        return {name: made_by for name, made_by in of_channels.items() if name != CONCEPTS} | {BRIDGE.name: picture.id}

    @once
    def decoder(self) -> MediaDecoder:
        """Files to pixels and samples, in child processes."""
        from agent.media.decoder import MediaDecoder

        return MediaDecoder()

    @once
    def transcriber(self) -> Transcriber:
        """Speech to text."""
        from agent.backends.speech.whisper import Whisper

        return Whisper(self._weights("whisper-base"))

    @once
    def item_describer(self) -> Describer:
        """Writes what an item's picture shows."""
        setting = self.config.ocr
        if setting == "auto" and self.domain != "artwork":  # what looks like print in a painting hardly ever is
            return self._describer(Ocr(self._reading, quick=True), only_print=True)
        return self._describer(Ocr(self._reading) if setting == "on" else None)

    @once
    def request_describer(self) -> Describer:
        """Writes what a request's picture shows; one picture is worth the time that reading its text takes."""
        return self._describer(Ocr(self._reading))

    @once
    def chat(self) -> ChatModel | None:
        """The language model; None when the configuration asks for none."""
        from agent.backends.factory import choose, open_model, pinned_model

        choice = choose(self.config.llm, self.config.vlm)
        if choice.pinned:
            return pinned_model(choice.pinned, choice.adapter)
        if choice.model is None:
            return None
        # A model that does both jobs lies in memory once.
        return self.seeing if choice.model == self._sight.model else open_model(choice.model)

    def without_chat(self) -> Models:
        """The same models as they are loaded by now, but for the language model."""
        models = copy(self)
        vars(models)["chat"] = None  # where `once` looks first
        return models

    @once
    def seeing(self) -> ChatModel | None:
        """The vision-language model, loaded once for all its jobs; None where the embedded describer does without."""
        from agent.backends.factory import open_sight

        return open_sight(self._sight.model) if self._sight.model else None

    def perception(self, describer: Describer, cache: DescriptionCache | None = None) -> Perception:
        """Eyes and ears, wording what they see by `describer`."""
        from agent.backends.pictures.describer import PictureDescriber
        from agent.perceive.perception import BATCH, Perception

        batch = max(BATCH, describer.at_once) if isinstance(describer, PictureDescriber) else BATCH
        return Perception(self.decoder, self.pictures, describer, lambda: self.transcriber, cache, batch)

    def concepts(self, logits: NDArray[np.float32]) -> Vectors:
        """Pictures as points of the text space, from their class scores; see `retrieval/bridge.py`."""
        return conse(logits, self._class_vectors)

    def standings(self) -> tuple[str, ...]:
        """What is wrong with the servers of models that were asked by now, in words for a person."""
        from agent.backends.chat.endpoint import EndpointChat

        asked = (Models.chat.peek(self), Models.seeing.peek(self))
        standings = (model.standing for model in asked if isinstance(model, EndpointChat))
        return tuple(dict.fromkeys(filter(None, standings)))

    def close(self) -> None:
        """End the child processes that were started."""
        decoder = Models.decoder.peek(self)  # asking for it here would make one only to close it
        if decoder is not None:
            decoder.close()
        self._reading.close()

    @once
    def _class_vectors(self) -> Vectors:
        """Text embeddings of the picture model's class names, shape (n_classes, dim); computed once per machine."""

        def make(_: Path, folder: Path) -> None:
            np.save(folder / "vectors.npy", self.text.encode(list(self.pictures.class_names)))

        folder = derived("imagenet-names", f"vectors-{self.text.id.replace('/', '--')}-1", make)
        vectors: Vectors = np.load(folder / "vectors.npy", allow_pickle=False)
        return vectors

    @once
    def _towers(self) -> Towers | None:
        """The encoder of pictures that a person named; None for the one that ships."""
        return open_towers(self.slots.picture) if self.slots.picture else None

    @once
    def _sight(self) -> VisionChoice:
        from agent.backends.factory import choose_sight

        return choose_sight(self.config.vlm)

    def _describer(self, ocr: Ocr | None, *, only_print: bool = False) -> Describer:
        if self.seeing is not None:
            from agent.backends.pictures.describer import PictureDescriber
            from agent.backends.pictures.question import PictureQuestion

            return PictureDescriber(self.seeing, PictureQuestion(self.domain))
        from agent.backends.pictures.embedded_describer import EmbeddedDescriber

        return EmbeddedDescriber(self.pictures.class_names, ocr=ocr, only_print=only_print)

    def _weights(self, name: str) -> Path:
        return ensure(name, progress=self._progress)


def open_towers(named: NamedEncoder) -> Towers:
    """Load an encoder of pictures and words by what lies in its folder.

    Raises:
        ModelError: it cannot be loaded.
    """
    from agent.backends.pictures.one_space import OneSpace
    from agent.backends.pictures.two_towers import TwoTowers
    from agent.backends.text.sentence_model import is_sentence_model

    return (OneSpace if is_sentence_model(named.folder) else TwoTowers)(named.folder, named.id)


CONCEPTS = "concepts"


def encoder_ids(ids: Mapping[str, str]) -> dict[str, str]:
    """By channel the identity of what makes its vectors, given the identities of the encoders by name."""
    of_channels = {channel.name: ids[encoder] for encoder, channel in embedded_channels()}
    return {**of_channels, CONCEPTS: f"{ids['pictures']} in {ids['text']}"}
