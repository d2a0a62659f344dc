"""What stands in docs/deploy holds together: each file is parsed, and what it names is there.

Where nginx, Caddy or systemd are installed, they judge their own files as well.
"""

from __future__ import annotations

import configparser
import ipaddress
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from agent.cli.main import app
from tests.support.patience import PATIENCE_S
from tests.support.places import ROOT
from ui.guard.doors import ANYBODY, role_for_call
from ui.guard.under_path import checked_path
from ui.service.limits import Limits

FOLDER = ROOT / "docs" / "deploy"
PAGE = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
INSTRUCTIONS = {
    "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD",
}  # fmt: skip
HEADERS = {"Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"}


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with what stands behind it."""
    whole = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", text("Dockerfile")))
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in whole.splitlines() if line]


def of(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def assert_a_call_that_there_is(words: Sequence[str]) -> None:
    """Hold the words of a call of `tastemaker` against its commands and their options, as it would read them itself."""
    command, *rest = words
    known = get_command(app).commands[command]  # type: ignore[attr-defined]
    known.make_context(command, list(rest), resilient_parsing=False)


# Dockerfile


def test_the_image_is_made_of_instructions_and_of_files_that_are_there() -> None:
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    stages = {match[1] for rest in of("FROM") if (match := re.search(r" AS (\w+)$", rest))}
    for rest in of("COPY"):
        *sources, _ = [word for word in rest.split() if not word.startswith("--")]
        if origin := re.match(r"--from=(\w+)", rest):
            assert origin[1] in stages
        else:
            assert [source for source in sources if not (ROOT / source).exists()] == []


def test_all_that_is_installed_is_in_the_image_and_nothing_else_of_the_repository_is_sent() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    copied = {word for rest in of("COPY") if "--from" not in rest for word in rest.split()[:-1]}
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages | {"pyproject.toml", "constraints.txt", project["project"]["readme"]} <= copied
    assert set(project["project"]["license-files"]) <= copied
    [extras] = re.findall(r"'\.\[([\w,]+)\]'", " ".join(of("RUN")))
    assert set(extras.split(",")) <= set(project["project"]["optional-dependencies"])
    kept = {line[1:] for line in text("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    assert kept == copied


def test_the_image_runs_a_python_that_is_tried_and_a_user_of_its_own() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = {match[1] for rest in of("FROM") if (match := re.match(r"python:([\d.]+)-", rest))}
    assert all(f"Programming Language :: Python :: {version}" in project["classifiers"] for version in versions)
    assert of("USER") == ["tastemaker"]
    order = [name for name, _ in instructions()]
    assert order.index("USER") < order.index("ENTRYPOINT")


def test_what_the_image_starts_and_looks_at_is_there() -> None:
    [program, *more] = json.loads(of("ENTRYPOINT")[0])
    assert (program, more) == ("tastemaker", [])
    assert_a_call_that_there_is(json.loads(of("CMD")[0]))
    looked = json.loads(of("HEALTHCHECK")[0].partition("CMD ")[2])
    [port, path] = re.findall(r"127\.0\.0\.1:(\d+)(/\w+)", looked[-1])[0]
    assert of("EXPOSE") == [port]
    assert role_for_call("GET", path) is ANYBODY
    compile(looked[-1], "Dockerfile", "exec")


# Compose


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    assert set(compose) == {"services", "networks", "volumes"}
    services: dict[str, Any] = compose["services"]
    used = {mount.partition(":")[0] for service in services.values() for mount in service["volumes"]}
    assert {name for name in used if not name.startswith(".")} == set(compose["volumes"])
    assert {name for service in services.values() for name in service["networks"]} == set(compose["networks"])
    [subnet] = compose["networks"]["inside"]["ipam"]["config"]
    services["subnet"] = subnet["subnet"]
    return services


def test_compose_builds_the_image_and_starts_what_there_is(services: dict[str, Any]) -> None:
    server = services["tastemaker"]
    context = (FOLDER / server["build"]["context"]).resolve()
    assert context == ROOT.resolve()
    assert (context / server["build"]["dockerfile"]).samefile(FOLDER / "Dockerfile")
    assert_a_call_that_there_is(server["command"])
    assert "ports" not in server  # the proxy alone is reached from outside
    assert server["environment"]["TASTEMAKER_TOKEN"].startswith("${TASTEMAKER_TOKEN:?")


def test_the_proxy_in_compose_is_the_one_that_is_believed(services: dict[str, Any]) -> None:
    command = services["tastemaker"]["command"]
    trusted = ipaddress.ip_network(command[command.index("--trusted-proxy") + 1])
    assert trusted == ipaddress.ip_network(services["subnet"])
    proxy = services["proxy"]
    [own, *_] = [mount.partition(":")[0] for mount in proxy["volumes"] if mount.startswith(".")]
    assert (FOLDER / own).is_file()
    assert set(proxy["environment"]) == set(re.findall(r"\{\$(\w+)", text("Caddyfile")))
    assert proxy["environment"]["UPSTREAM"] == f"tastemaker:{of('EXPOSE')[0]}"


# systemd


def test_the_unit_starts_what_there_is_and_waits_for_its_end() -> None:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text("tastemaker.service"))
    assert unit.sections() == ["Unit", "Service", "Install"]
    service = unit["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert Path(program).name == "tastemaker"
    assert_a_call_that_there_is(words)
    assert int(service["TimeoutStopSec"]) > Limits().stop_s
    assert service["StateDirectory"] in service["WorkingDirectory"]
    assert words[words.index("--workspace") + 1].startswith(service["WorkingDirectory"])
    assert service["EnvironmentFile"] in PAGE


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "tastemaker.service"
    unit.write_text(text("tastemaker.service").replace("/opt/tastemaker/bin/tastemaker", sys.executable))
    verified = run("systemd-analyze", "verify", "--man=no", str(unit))
    assert "tastemaker.service" not in verified.stderr


# nginx


def statements(configuration: str) -> Iterator[tuple[int, str]]:
    """Each statement of nginx with how deep it stands.

    Raises:
        AssertionError: one has no end, or the braces do not match.
    """
    depth, words = 0, list[str]()
    plain = re.sub(r"(?m)(^|\s)#.*$", "", configuration)
    for token in re.findall(r'"[^"]*"|[{};]|[^\s{};]+', plain):
        if token not in "{};":
            words.append(token)
            continue
        if token == "}":
            assert not words, f"no ; behind {words}"
            depth -= 1
            assert depth >= 0
            continue
        yield depth, " ".join(words)
        words, depth = [], depth + (token == "{")
    assert (depth, words) == (0, [])


def test_nginx_holds_nothing_back_and_says_who_calls() -> None:
    lines = list(statements(text("nginx.conf")))
    inside = {line for depth, line in lines if depth == 2}
    assert {"proxy_buffering off", "proxy_http_version 1.1"} <= inside
    assert {match[1] for line in inside if (match := re.match(r"proxy_set_header (\S+)", line))} >= HEADERS
    assert 'proxy_set_header Forwarded ""' in inside
    [read_s] = [int(line[len("proxy_read_timeout ") : -1]) for line in inside if line.startswith("proxy_read_timeout")]
    assert read_s > Limits().turn_s
    [body] = [line.split()[1] for _, line in lines if line.startswith("client_max_body_size")]
    assert int(body[:-1]) * 2**20 >= Limits().body_bytes
    [target] = [line.split()[1] for line in inside if line.startswith("proxy_pass")]
    assert target == f"http://127.0.0.1:{of('EXPOSE')[0]}"


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    without_tls = re.sub(r"(?m)^\s*ssl_.*\n", "", text("nginx.conf")).replace("listen 443 ssl", "listen 8443")
    (tmp_path / "site.conf").write_text(without_tls)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log;\n"
        f"events {{}} http {{ access_log off; {places} include {tmp_path}/site.conf; }}"
    )
    assert run("nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")).returncode == 0


# Caddy


def test_caddy_holds_nothing_back() -> None:
    caddy = text("Caddyfile")
    assert caddy.count("{\n") == len(re.findall(r"(?m)^\t*\}$", caddy))
    assert "flush_interval -1" in caddy
    [read_s] = re.findall(r"read_timeout (\d+)s", caddy)
    assert int(read_s) > Limits().turn_s
    [body] = re.findall(r"max_size (\d+)MiB", caddy)
    assert int(body) * 2**20 >= Limits().body_bytes


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_takes_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    validated = run("caddy", "validate", "--adapter", "caddyfile", "--config", str(FOLDER / "Caddyfile"))
    assert validated.returncode == 0, validated.stderr


# All of them, and the page


def test_all_show_the_server_under_one_path() -> None:
    compose = yaml.safe_load(text("compose.yaml"))["services"]["tastemaker"]["command"]
    unit = shlex.split(re.findall(r"(?m)^ExecStart=(.*)$", text("tastemaker.service"))[0])
    paths = {words[words.index("--root-path") + 1] for words in (compose, unit)}
    paths |= {match.rstrip("/") for match in re.findall(r"location (/\S+) \{", text("nginx.conf"))}
    paths |= {match.rstrip("/*") for match in re.findall(r"handle (/\S+) \{", text("Caddyfile"))}
    assert len(paths) == 1
    assert checked_path(paths.pop())


def test_the_page_names_every_file_and_calls_what_there_is() -> None:
    assert set(re.findall(r"`docs/deploy/([\w.]+)`", PAGE)) == {
        path.name for path in FOLDER.iterdir() if path.suffix != ".dockerignore"
    }
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    calls = [line for line in lines if line.startswith("tastemaker ")]
    calls += [
        line.partition(" tastemaker ")[2].removeprefix("tastemaker ")
        for line in lines
        if " compose " in line and " tastemaker " in line
    ]
    for call in calls:
        words = shlex.split(call.removeprefix("tastemaker "))
        command = get_command(app).commands[words[0]]  # type: ignore[attr-defined]
        if words[0] == "ingest":
            assert_a_call_that_there_is(words)
        assert words[0] in ("init", "ingest") or words[1] in command.commands
    for path in re.findall(r"docs/deploy/[\w.]+", " ".join(lines)):
        assert (ROOT / path).is_file()


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
