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

    from agent.backends.factory import ModelChoice, VisionChoice
    from agent.backends.jobs import JobChoice
    from agent.backends.model_card import Job
    from agent.backends.pictures.two_towers import Towers
    from agent.backends.protocols import ChatModel, Describer, PictureEncoder, SoundEncoder, Transcriber
    from agent.backends.sound.clap import ClapEncoder
    from agent.backends.speech.whisper import Whisper
    from agent.backends.text.known_words import KnownWords
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
    def sound_words(self) -> Encoder | None:
        """Words to vectors of the space of sounds; None where no encoder does both, and a map leads there."""
        return self.clap.words if self.clap else None

    @property
    def encoder_ids(self) -> Mapping[str, str]:
        """By channel the identity of what makes its vectors; no model is loaded to tell."""
        from agent.backends.pictures.efficientnet import EfficientNetLite2
        from agent.backends.speech.ears import WhisperEars
        from agent.backends.text.minilm import MiniLM
        from agent.backends.text.use_multilingual import UseMultilingual

        ids = {"text": MiniLM.id, "multilingual": UseMultilingual.id, "pictures": EfficientNetLite2.id}
        ids |= {"sounds": self.slots.sound.id if self.slots.sound else WhisperEars.id}
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
        return self._whisper

    @once
    def sounds(self) -> SoundEncoder:
        """What sounds are like, whatever is said in them."""
        if self.clap is not None:
            from agent.backends.sound.clap_ears import ClapEars

            return ClapEars(self.clap)
        from agent.backends.speech.ears import WhisperEars

        return WhisperEars(self._whisper)

    @once
    def _whisper(self) -> Whisper:
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
        return self._opened(self._choice)

    @once
    def ranking(self) -> ChatModel | None:
        """The language model that orders lists; None where none is to."""
        return self._doing("rerank")

    @once
    def wording(self) -> ChatModel | None:
        """The language model that words reasons; None where none is to."""
        return self._doing("word")

    @once
    def reading(self) -> ChatModel | None:
        """The language model that reads turns beside the rules; None where none proved that it can."""
        return self._doing("read")

    @once
    def jobs(self) -> Mapping[Job, JobChoice]:
        """Who does which job, and why; no model is loaded to tell."""
        from agent.backends.jobs import choose_jobs

        return choose_jobs(self.config.llm, self.config.vlm)

    def without_chat(self) -> Models:
        """The same models as they are loaded by now, but for the language models."""
        models = copy(self)
        vars(models).update(dict.fromkeys(("chat", "ranking", "wording", "reading")))  # where `once` looks first
        return models

    @once
    def seeing(self) -> ChatModel | None:
        """The vision-language model, loaded once for all its jobs; None where the embedded describer does without."""
        from agent.backends.factory import open_sight

        return open_sight(self.sight.model) if self.sight.model else None

    @once
    def sight(self) -> VisionChoice:
        """What looks at pictures, and why; nothing is loaded to tell."""
        from agent.backends.jobs import seeing

        return seeing(self.config.vlm)

    def perception(self, describer: Describer, cache: DescriptionCache | None = None) -> Perception:
        """Eyes and ears, wording what they see by `describer`."""
        from agent.backends.pictures.describer import PictureDescriber
        from agent.perceive.perception import BATCH, Perception

        batch = max(BATCH, describer.at_once) if isinstance(describer, PictureDescriber) else BATCH
        ears = lambda: self.sounds  # noqa: E731 - as short as the other
        return Perception(self.decoder, self.pictures, describer, lambda: self.transcriber, cache, batch, ears)

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
    def _choice(self) -> ModelChoice:
        from agent.backends.factory import choose

        return choose(self.config.llm, self.config.vlm)

    def doing(self, job: Job) -> ChatModel | None:
        """The language model that does a job; None where it is done without one."""
        model: ChatModel | None = getattr(self, _DOES[job])
        return model

    def _doing(self, job: Job) -> ChatModel | None:
        """The model that does a job; one that does several lies in memory once."""
        choice = self.jobs[job].model
        if choice is None:
            return None
        if choice.name == self._choice.name:
            return self.chat
        twin = next((other for other in _OTHER_JOBS[job] if self.jobs[other].model == choice), None)
        return self.doing(twin) if twin else self._opened(choice)

    def _opened(self, choice: ModelChoice) -> ChatModel | None:
        from agent.backends.factory import open_model, pinned_model

        if choice.pinned:
            return pinned_model(choice.pinned, choice.adapter)
        if choice.model is None:
            return None
        # A model that does both jobs lies in memory once.
        return self.seeing if choice.model == self.sight.model else open_model(choice.model)

    def _describer(self, ocr: Ocr | None, *, only_print: bool = False) -> Describer:
        if self.seeing is not None:
            from agent.backends.pictures.describer import PictureDescriber
            from agent.backends.pictures.question import PictureQuestion

            return PictureDescriber(self.seeing, PictureQuestion(self.domain))
        from agent.backends.pictures.embedded_describer import EmbeddedDescriber

        return EmbeddedDescriber(
            self.pictures.class_names, ocr=ocr, only_print=only_print, reads_as_words=self._known_words.reads_as_words
        )

    @once
    def _known_words(self) -> KnownWords:
        from agent.backends.text.known_words import KnownWords

        return KnownWords(self._weights("minilm-l6") / "vocab.txt")

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


CONCEPTS, MEASURED = "concepts", "measured sounds"
_DOES: Mapping[Job, str] = {"rerank": "ranking", "word": "wording", "read": "reading"}
_OTHER_JOBS: Mapping[Job, tuple[Job, ...]] = {"rerank": (), "word": ("rerank",), "read": ("rerank", "word")}
"""Whose model a job shares where both have the same one: never in a circle."""


def encoder_ids(ids: Mapping[str, str]) -> dict[str, str]:
    """By channel the identity of what makes its vectors, given the identities of the encoders by name."""
    of_channels = {channel.name: ids[encoder] for encoder, channel in embedded_channels()}
    return {**of_channels, CONCEPTS: f"{ids['pictures']} in {ids['text']}", MEASURED: ids["sounds"]}
