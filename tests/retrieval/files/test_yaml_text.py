"""YAML is plain values and makes no objects, whichever loader there is."""

from __future__ import annotations

import pytest
import yaml

from retrieval.files.yaml_text import parsed


def test_a_document_is_plain_values() -> None:
    assert parsed("a: [1, 2.5, '3', null, true]\n灯: lamp") == {"a": [1, 2.5, "3", None, True], "灯": "lamp"}


@pytest.mark.parametrize("text", ["!!python/object/apply:os.getcwd []", "a: [", "a: b: c"])
def test_what_makes_an_object_or_is_none_is_an_error(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        parsed(text)
