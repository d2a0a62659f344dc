"""`tastemaker init`: a file that explains every setting, sets none, and never replaces another."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from agent.cli.init_command import FILE
from agent.cli.main import main
from agent.cli.settings_file import WIDTH, SettingsTable, attributes_of, settings_text
from agent.config import AgentConfig, load_config

SETTING = re.compile(r"^#(\w+) = ", re.MULTILINE)


class Bakery(BaseModel):
    """How a bakery works.

    Attributes:
        name: What is over the `door`,
            in gold.
        grams: Of a loaf.
        days: On which it is open.
        tip: How much is rounded up.
        sign: What hangs outside.

    More that is said of it.
    """

    name: str = 'Zum "Ofen"'
    grams: float = Field(default=500.0, gt=0.0, le=2_000)
    days: tuple[str, ...] = ("mon", "tue")
    tip: float | None = Field(default=None, ge=0.5)
    sign: str = Field(default="", examples=["crown"])


def leave(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_setting_stands_there_explained_and_none_is_set() -> None:
    assert leave("init") == 0
    text = FILE.read_text(encoding="utf-8")
    assert not any(tomllib.loads(text).values())
    assert SETTING.findall(text.partition("\n[")[0]) == list(AgentConfig.model_fields)
    assert all(len(line) <= WIDTH for line in text.splitlines())
    for name in AgentConfig.model_fields:
        before = text[: text.index(f"\n#{name} = ")].rpartition("\n\n")[2]
        assert before.startswith("# "), f"{name} is not explained"
    assert load_config() == AgentConfig()


def test_each_line_can_be_uncommented_and_is_the_default() -> None:
    assert leave("init") == 0
    FILE.write_text(SETTING.sub(r"\1 = ", FILE.read_text(encoding="utf-8")), encoding="utf-8")
    assert load_config().model_dump(exclude={"privacy_epsilon"}) == AgentConfig.model_construct().model_dump(
        exclude={"privacy_epsilon"}
    )
    assert load_config().privacy_epsilon == 50.0  # it has no default: one that it may have


def test_what_is_there_is_never_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    FILE.write_text("llm = 'none'\n", encoding="utf-8")
    assert leave("init") == 2
    assert "here already" in capsys.readouterr().err
    assert FILE.read_text(encoding="utf-8") == "llm = 'none'\n"


def test_where_nothing_can_be_written_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("agent.cli.init_command.FILE", tmp_path / "gone" / "tastemaker.toml")
    assert leave("init") == 2
    assert "cannot be written here" in capsys.readouterr().err


def test_a_table_of_another_class_comes_behind_with_its_bounds_and_choices() -> None:
    text = settings_text([SettingsTable("", AgentConfig), SettingsTable("bakery", Bakery)])
    assert tomllib.loads(text) == {"bakery": {}}
    table = text[text.index("[bakery]") :]
    assert '# What is over the door, in gold.\n#name = "Zum \\"Ofen\\""' in table
    assert "# Of a loaf. More than 0, at most 2000.\n#grams = 500.0" in table
    assert '#days = ["mon", "tue"]' in table
    assert "At least 0.5; not set by default.\n#tip = 0.5" in table
    assert '# What hangs outside. Not set by default.\n#sign = "crown"' in table
    assert tomllib.loads(SETTING.sub(r"\1 = ", text))["bakery"]["name"] == 'Zum "Ofen"'
    assert "One of short, normal, long." in text.replace("\n# ", " ")


def test_a_docstring_is_read_to_its_end() -> None:
    assert list(attributes_of(Bakery)) == list(Bakery.model_fields)
    assert attributes_of(Bakery)["tip"] == "How much is rounded up."
    assert attributes_of(AgentConfig).keys() == AgentConfig.model_fields.keys()
