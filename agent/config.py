"""Settings, read once at the edge and passed down.

Precedence: arguments, then environment (`TASTEMAKER_LLM=none`), then `tastemaker.toml` in the working directory, then
the defaults below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from agent.backends.encoder_slots import SlotName, check_setting
from agent.backends.loading.model_spec import parse_spec
from agent.backends.pictures.domain import Domain
from agent.errors import ConfigError
from retrieval.fusion.catalogue import NAMES

FILE = "tastemaker.toml"
RerankMethod = Literal["likelihood", "yes_no", "both", "listwise"]
OTHERS_TABLES = frozenset({"shop"})  # of the file: settings of the page, which it reads by itself


class _OwnSettings(TomlConfigSettingsSource):
    """What the file says of the agent."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        return {name: value for name, value in super()._read_file(file_path).items() if name not in OTHERS_TABLES}


class AgentConfig(BaseSettings):
    """How the agent works.

    Attributes:
        llm: `auto`, `none`, a pinned model (`smollm2-135m`, `qwen2.5-1.5b`), or a model as
            `SOURCE[:FORMAT][@REVISION][+ADAPTER]` with a folder, the model hub's `owner/name` or `openai:URL#MODEL` for
            its source. `auto` is the model that
            `vlm` leads to, if it leads to one; each job goes to whom did it best once that was judged.
        vlm: `auto` takes LLaVA where a GPU holds it and its files can be had, and describes pictures without a language
            model elsewhere, as `embedded` does; else a vision-language model as `SOURCE[:FORMAT][@REVISION]`.
        text_encoder: What texts are searched by: `auto` is what the workspace was made with, `embedded` what comes with
            the agent; else a model of sentence-transformers, as a folder or the model hub's `owner/name[@REVISION]`.
            Another one than before takes effect when the catalog is ingested again, which embeds all of it anew.
        picture_encoder: The same of pictures: a CLIP, SigLIP or SigLIP 2 model.
        sound_encoder: The same of sounds: a CLAP model.
        domain: What kind of things pictures show, for the question that a vision-language model is asked about them;
            `auto` goes by the catalog.
        ocr: Whether text in item pictures is read at ingest; `auto` reads those that look like print, but not of
            artworks, where that found text in 1 of 40. Request pictures are always read.
        fusion: What makes one list of what all channels say. `auto`: what tuning kept, else `weighted`;
            a fusion that needs no training: that one, with the default weights; a learned one: as it was trained by
            `tastemaker tune --learn`.
        n_candidates: Candidates retrieved per request.
        n_rerank: Of these, how many the language model scores.
        rerank_method: How it is asked: `likelihood` of the request given the item, `yes_no` whether the item fits,
            `both` of these, or `listwise` by the letters of several items.
        rerank_pictures: Pictures of each item that it is shown, where it sees; `listwise` shows none.
        rerank_weight: Share of its score in the blended score. 0: it is not asked. So it is for SmolLM2 on a processor
            unless somebody says otherwise or `tastemaker tune` proves that it helps.
        max_shift: Most places it may move an item.
        diversity: Strength of maximal marginal relevance, 0 off.
        max_new_tokens: Of one worded reason.
        llm_silence_s: Seconds without a sign from a model server, before its first word or after one, until a turn goes
            on without it.
        llm_turn_s: Seconds that one turn waits for model servers altogether.
        rules: Whether the rules that the shop set count (`tastemaker rules`).
        explanation_length: How much a reason tells: one clause, two sentences, or two with more in the second.
        tone: `warm` begins a reason with a few friendly words that claim nothing.
        privacy_epsilon: How far what everybody liked may give away a single liking, as in
            `retrieval.collaborative.private.Privacy`; nothing is held back when None.
        hourly_words_per_person: How often a server lets one person say something of items in an hour; what the operator
            imports is not counted.
        hourly_words_per_address: The same for all who come from one address, as for the users of one application.
        fetch_private: Whether `ingest --fetch-media` also fetches from private networks and from this machine, as from
            a picture server in the house.
    """

    model_config = SettingsConfigDict(env_prefix="TASTEMAKER_", toml_file=FILE, extra="forbid", frozen=True)

    llm: str = "auto"
    vlm: str = "auto"
    text_encoder: str = "auto"
    picture_encoder: str = "auto"
    sound_encoder: str = "auto"
    domain: Domain | Literal["auto"] = "auto"
    ocr: Literal["auto", "on", "off"] = "auto"
    fusion: str = "auto"
    n_candidates: int = Field(default=50, ge=1, le=10_000)
    n_rerank: int = Field(default=20, ge=0, le=1_000)
    rerank_method: RerankMethod = "likelihood"
    rerank_pictures: int = Field(default=0, ge=0, le=4)
    rerank_weight: float = Field(default=0.05, ge=0.0, le=1.0)
    max_shift: int = Field(default=3, ge=0, le=100)
    diversity: float = Field(default=0.05, ge=0.0, le=1.0)
    max_new_tokens: int = Field(default=64, ge=8, le=512)
    llm_silence_s: float = Field(default=15.0, gt=0.0, le=600.0)
    llm_turn_s: float = Field(default=45.0, gt=0.0, le=3_600.0)
    rules: bool = True
    explanation_length: Literal["short", "normal", "long"] = "short"
    tone: Literal["plain", "warm"] = "plain"
    privacy_epsilon: float | None = Field(default=None, gt=0.0, le=50.0)
    hourly_words_per_person: int = Field(default=200, ge=1)
    hourly_words_per_address: int = Field(default=2_000, ge=1)
    fetch_private: bool = False

    @field_validator("llm", "vlm")
    @classmethod
    def _is_a_model(cls, value: str) -> str:
        parse_spec(value)  # so that a wrong one is refused at once, not when the first picture comes
        return value

    @field_validator("text_encoder", "picture_encoder", "sound_encoder")
    @classmethod
    def _is_an_encoder(cls, value: str, info: ValidationInfo) -> str:
        return check_setting(str(info.field_name).removesuffix("_encoder"), value)

    @property
    def encoders(self) -> Mapping[SlotName, str]:
        """By slot the setting of its encoder."""
        return {"text": self.text_encoder, "picture": self.picture_encoder, "sound": self.sound_encoder}

    @field_validator("fusion")
    @classmethod
    def _is_a_fusion(cls, value: str) -> str:
        if value not in ("auto", *NAMES):
            raise ValueError(f"choose auto or one of {', '.join(NAMES)}")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, file: in this order."""
        return init_settings, env_settings, _OwnSettings(settings_cls)


def load_config(**arguments: object) -> AgentConfig:
    """Settings from all sources; arguments that are None are as if not given.

    Raises:
        ConfigError: a value is not one the setting can have.
    """
    # A command passes every option it has; one that nobody gave may not stand before environment and file.
    values = {name: value for name, value in arguments.items() if value is not None}
    try:
        return AgentConfig(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise ConfigError(
                f"There is no setting {name}.", f"Settings are: {', '.join(AgentConfig.model_fields)}."
            ) from error
        raise ConfigError(
            f"The setting {name} cannot be {first['input']!r}: {first['msg']}.",
            "Correct the argument, the TASTEMAKER_ variable or tastemaker.toml.",
        ) from error
    except (OSError, ValueError) as error:  # after ValidationError, which is a ValueError too
        raise ConfigError(f"tastemaker.toml cannot be read: {error}.", "Correct the file, or remove it.") from error
