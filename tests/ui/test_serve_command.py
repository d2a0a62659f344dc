"""The commands that serve others: what is wrong with a call is told before anything is opened or listened at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner, Result

from agent.cli.main import app
from agent.config import AgentConfig, load_config
from agent.errors import ConfigError
from ui.serve_command import register
from ui.shop.settings import NO_SHOP, load_shop


@pytest.fixture
def program() -> typer.Typer:
    made = typer.Typer()
    register(made)
    return made


def called(program: typer.Typer, *arguments: str, token: str = "") -> Result:
    return CliRunner().invoke(program, arguments, env={"TASTEMAKER_TOKEN": token or None, "COLUMNS": "200"})


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (("--port", "65536"), "65535"),
        (("--port", "http"), "integer"),
        (("--log-level", "loud"), "'debug', 'info', 'warning', 'error'"),
    ],
)
def test_an_option_that_cannot_be_is_refused_with_what_could(
    program: typer.Typer, wrong: tuple[str, str], why: str
) -> None:
    result = called(program, "serve", *wrong)
    assert result.exit_code == 2
    assert why in result.output


@pytest.mark.parametrize(
    ("arguments", "token", "why"),
    [
        (("--host", "0.0.0.0"), "", "has no token"),
        (("--token", "secret"), "", "6 characters"),
        ((), "from the shell", "14 characters"),
        (("--fusion", "magic"), "", "fusion"),
    ],
)
def test_a_server_that_would_not_be_safe_or_cannot_be_is_not_begun(
    program: typer.Typer, tmp_path: Path, arguments: tuple[str, ...], token: str, why: str
) -> None:
    result = called(program, "serve", "--workspace", str(tmp_path / "w"), *arguments, token=token)
    assert isinstance(result.exception, ConfigError)
    assert why in str(result.exception)
    assert not (tmp_path / "w").exists()


def test_the_whole_program_has_these_commands_too(program: typer.Typer) -> None:
    ours, whole = (called(one, "--help").output for one in (program, app))
    for name in ("serve", "mcp"):
        assert f" {name} " in ours
        assert f" {name} " in whole


def test_a_token_is_never_shown_in_the_help(program: typer.Typer) -> None:
    shown = called(program, "serve", "--help", token="a-token-of-many-characters")
    assert shown.exit_code == 0
    assert "TASTEMAKER_TOKEN" in shown.output
    assert "a-token-of-many-characters" not in shown.output


def test_tools_for_other_agents_are_given_over_pipes_without_an_address(program: typer.Typer) -> None:
    assert "--port" not in called(program, "mcp", "--help").output
    assert called(program, "mcp", "--port", "7860").exit_code == 2


def test_init_explains_the_settings_of_the_shop_and_each_may_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["init"]).exit_code == 0
    Image.new("RGB", (8, 8)).save("logo.png")
    text = Path("tastemaker.toml").read_text(encoding="utf-8")
    assert load_shop() == NO_SHOP
    Path("tastemaker.toml").write_text(re.sub(r"(?m)^#(\w+ = )", r"\1", text), encoding="utf-8")
    shop = load_shop()
    assert (shop.name, shop.accent, shop.currency) == ("Tastemaker", "#0f6b5f", "EUR")
    assert shop.logo is not None
    assert load_config().rules == AgentConfig().rules
