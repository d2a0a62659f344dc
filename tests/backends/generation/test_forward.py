"""A pass through a model, by the names that its release of transformers uses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from agent.backends.generation.forward import PAST, forward
from agent.errors import ModelError

IDS = torch.tensor([[5, 6, 7], [8, 9, 1]])
LOGITS = torch.arange(24.0).reshape(2, 3, 4)  # two rows of three tokens, and a vocabulary of four


class _Model:
    """Answers any batch with `LOGITS`, and remembers what it was given."""

    def __init__(self) -> None:
        self.config = SimpleNamespace(model_type="odd")
        self.given: dict[str, Any] = {}

    def __call__(self, **given: Any) -> Any:
        self.given = given
        return self.forward(**given)


class Newer(_Model):
    def forward(self, input_ids: Any, cache: Any = None, use_cache: Any = None, logits_to_keep: int = 0) -> Any:
        return SimpleNamespace(logits=LOGITS[:, -logits_to_keep:], cache=cache or "read")


class Older(_Model):
    def forward(self, input_ids: Any, past_key_values: Any = None, logits_to_keep: int = 0, **_: Any) -> Any:
        return SimpleNamespace(logits=LOGITS[:, -logits_to_keep:], past_key_values=past_key_values or "read")


class Plain(_Model):
    def forward(self, input_ids: Any, past_key_values: Any = None, use_cache: bool = False) -> Any:
        return SimpleNamespace(logits=LOGITS, past_key_values=past_key_values or "read")


class Forgetful(_Model):
    def forward(self, input_ids: Any, **_: Any) -> Any:
        return SimpleNamespace(logits=LOGITS)


@pytest.mark.parametrize(("model", "name"), [(Newer(), "cache"), (Older(), "past_key_values")])
def test_what_was_read_before_is_given_by_the_name_of_the_release(model: Any, name: str) -> None:
    read = forward(model, {"input_ids": IDS, PAST: "before"}, n_logits=1, keep_past=True)
    assert model.given == {"input_ids": IDS, name: "before", "use_cache": True, "logits_to_keep": 1}
    assert read.past == "before"


@pytest.mark.parametrize("model", [Newer(), Older(), Plain()])
@pytest.mark.parametrize("n_logits", [1, 2])
def test_only_the_logits_asked_for_come_back(model: Any, n_logits: int) -> None:
    read = forward(model, {"input_ids": IDS}, n_logits=n_logits, keep_past=True)
    assert torch.equal(read.logits, LOGITS[:, -n_logits:])
    assert read.past == "read"


def test_a_model_that_reads_nothing_of_the_number_is_not_given_it() -> None:
    model = Plain()
    forward(model, {"input_ids": IDS}, n_logits=1, keep_past=False)
    assert model.given == {"input_ids": IDS, "use_cache": False}


def test_what_is_not_to_be_kept_does_not_come_back() -> None:
    assert forward(Newer(), {"input_ids": IDS}, n_logits=1, keep_past=False).past is None


def test_a_model_of_other_names_is_refused_with_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"odd model takes .* none of the names cache, past_key_values.*doctor"):
        forward(Forgetful(), {"input_ids": IDS}, n_logits=1, keep_past=True)
