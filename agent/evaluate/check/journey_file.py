"""Files of journeys: YAML that is read with a sentence for whatever is wrong, and written to be read by people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from agent.errors import FilterError, RequestError
from agent.evaluate.check.journey import Journey, JourneyTurn
from agent.understand.validation import user_id
from retrieval.files.yaml_text import parsed
from retrieval.filters import parse_filter
from retrieval.schema import Schema

MAX_FILE_BYTES = 4 * 2**20
_HEADER = """\
# Conversations with what must hold after each turn: `tastemaker check` runs them. Only what is written is asserted;
# docs/conversation.md says what may be.
"""


def read_journeys(path: Path, schema: Schema) -> tuple[Journey, ...]:
    """The journeys of a file.

    Args:
        schema: Of the catalog that they are about; their filters must fit it.

    Raises:
        RequestError: it cannot be read, or something in it cannot be; the sentence names the journey and the turn.
    """
    content = _load(path)
    if not isinstance(content, list) or not content:
        raise RequestError(f"{path} holds no journeys.", "Write a list: '- {name: boots, turns: [{say: boots}]}'.")
    journeys = tuple(_journey(path, at, entry) for at, entry in enumerate(content, start=1))
    names = [journey.name for journey in journeys]
    if twins := [name for name in names if names.count(name) > 1]:
        raise RequestError(f"{path} has two journeys “{twins[0]}”.", "Give each a name of its own.")
    return tuple(_placed(path, journey, schema) for journey in journeys)


def write_journeys(journeys: Sequence[Journey], path: Path, *, force: bool = False) -> None:
    """Write a file of journeys, which `read_journeys` reads back unchanged.

    Raises:
        RequestError: there is such a file already and it is not to be overwritten, or it cannot be written.
    """
    content = [journey.model_dump(mode="json", exclude_unset=True) for journey in journeys]
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(_HEADER + text)
    except FileExistsError as error:
        raise RequestError(f"{path} is there already.", "Name another file, or overwrite it with --force.") from error
    except OSError as error:
        raise RequestError(f"{path} cannot be written: {error}.", "Name a file that can be written.") from error


def _load(path: Path) -> object:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RequestError(f"{path} is larger than {MAX_FILE_BYTES:,} bytes.", "Split it into several files.")
        return parsed(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} cannot be read: {error}.", "Give a YAML file in UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RequestError(f"{path}, line {line}: {error.problem}.", "Correct the YAML there.") from error
    except yaml.YAMLError as error:
        raise RequestError(f"{path} is not YAML: {error}.", "Correct it.") from error


def _journey(path: Path, at: int, entry: object) -> Journey:
    try:
        return Journey.model_validate(entry)
    except ValidationError as error:
        raise _wrong(path, at, entry, error) from error


def _wrong(path: Path, at: int, entry: object, error: ValidationError) -> RequestError:
    """A sentence for the first thing that is wrong in a journey."""
    first = error.errors(include_url=False)[0]
    place = list(first["loc"])
    where = [str(path), _named(at, entry)]
    if place[:1] == ["turns"] and len(place) > 1:
        where.append(f"turn {int(place[1]) + 1}")
        place = place[2:]
    what = ", ".join(where)
    key = str(place[0]) if place else ""
    if first["type"] == "extra_forbidden":
        return RequestError(f"{what}: there is no key “{key}”.", f"There are: {', '.join(_keys(where))}.")
    value = "" if first["type"] == "missing" else f" (it is {str(first['input'])[:80]!r})"
    return RequestError(
        f"{what}: {f'“{key}”: ' if key else ''}{first['msg']}{value}.",
        "docs/conversation.md says what may stand there.",
    )


def _keys(where: Sequence[str]) -> Sequence[str]:
    """What may stand in a turn, else in a journey."""
    return list((JourneyTurn if len(where) > 2 else Journey).model_fields)


def _named(at: int, entry: object) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return f"journey “{name}”" if isinstance(name, str) and name else f"journey {at}"


def _placed(path: Path, journey: Journey, schema: Schema) -> Journey:
    """The journey with its pictures found from the folder of the file, once all that it names is known to be there."""
    where = f"{path}, journey “{journey.name}”"
    try:
        if journey.user is not None:
            user_id(journey.user)
    except RequestError as error:
        raise RequestError(f"{where}: {error.what}", error.hint) from error
    turns = (_placed_turn(path, turn, f"{where}, turn {at}", schema) for at, turn in enumerate(journey.turns, start=1))
    return journey.model_copy(update={"turns": tuple(turns)})


def _placed_turn(path: Path, turn: JourneyTurn, where: str, schema: Schema) -> JourneyTurn:
    if "say" not in turn.model_fields_set and not turn.images:
        raise RequestError(f"{where}: nothing is said and no picture is shown.", "Give it “say” or “images”.")
    pictures = tuple(str(path.parent / picture) for picture in turn.images)
    if gone := [picture for picture in pictures if not Path(picture).is_file()]:
        raise RequestError(f"{where}: there is no picture {gone[0]}.", "Name one from the folder of the file.")
    for condition in (*turn.must, *turn.every):
        try:
            parse_filter(condition, schema)
        except FilterError as error:
            raise RequestError(f"{where}: {error.what}", error.hint) from error
    return turn.model_copy(update={"images": pictures}) if pictures else turn


__all__ = ["read_journeys", "write_journeys"]
