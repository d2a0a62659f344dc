"""Prompts read from YAML files, checked before use, rendered with values that are never templates themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Value = str | Sequence[str]

# Models read plain text: escaping would put `&amp;` into it.
_TEMPLATES = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)


class PromptError(Exception):
    """A prompt file or the values for it are not right.

    Args:
        what: One sentence saying what happened.
        hint: One sentence saying what to do about it.
    """

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}"


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """What a model is told.

    Attributes:
        system: The system text.
        user: The user's turn.
        examples: Turns that go before it: what a user would say, and the answer that is wanted.
    """

    system: str
    user: str
    examples: tuple[tuple[str, str], ...] = ()


class WorkedExample(BaseModel):
    """A worked example: values for the user's template, and the answer that is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    values: dict[str, str | list[str]]
    answer: str


class Prompt(BaseModel):
    """One prompt.

    Attributes:
        name: Name of its file.
        version: Raised with every change of wording; part of cache keys.
        purpose: What it is for.
        source: Where the idea comes from.
        variables: Meaning of each value it needs.
        system: Template of the system text.
        user: Template of the user's turn.
        output_pattern: What a usable answer looks like, whole.
        examples: Worked examples, the most typical last; small models follow them better than rules.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    purpose: str = Field(min_length=1)
    source: str = Field(min_length=1)
    variables: dict[str, str]
    system: str
    user: str = Field(min_length=1)
    output_pattern: re.Pattern[str]
    examples: list[WorkedExample] = Field(default_factory=list)

    def render(self, **values: Value) -> RenderedPrompt:
        """Fill in the values.

        Raises:
            PromptError: a value is missing or superfluous, or the template does what it may not.
        """
        self._check_names(values)
        try:
            examples = tuple((_fill(self.user, example.values), example.answer) for example in self.examples)
            return RenderedPrompt(_fill(self.system, values), _fill(self.user, values), examples)
        except TemplateError as error:
            raise _wrong(self.name, str(error)) from error

    def accepts(self, answer: str) -> bool:
        """Whether a model's answer has the wanted form."""
        return self.output_pattern.fullmatch(answer) is not None

    def _check_names(self, values: Mapping[str, Value]) -> None:
        # StrictUndefined would let a superfluous value pass in silence, and name only the first that is missing.
        missing = sorted(self.variables.keys() - values.keys())
        superfluous = sorted(values.keys() - self.variables.keys())
        if missing:
            raise PromptError(f"The prompt {self.name} misses {', '.join(missing)}.", "Give every variable a value.")
        if superfluous:
            raise PromptError(
                f"The prompt {self.name} does not know {', '.join(superfluous)}.",
                f"Its variables are: {', '.join(self.variables) or 'none'}.",
            )


@cache
def load(name: str) -> Prompt:
    """The prompt of that name.

    Raises:
        PromptError: there is none, or its file is not right.
    """
    if name not in names():
        raise PromptError(f"There is no prompt {name!r}.", f"The prompts are: {', '.join(names())}.")
    return parse(name, (files("prompts") / f"{name}.yaml").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Names of all prompts, sorted."""
    return sorted(file.name.removesuffix(".yaml") for file in files("prompts").iterdir() if file.name.endswith(".yaml"))


def parse(name: str, text: str) -> Prompt:
    """Read and check the text of one prompt file.

    Args:
        name: Name of the file, without `.yaml`.
        text: Its content.

    Raises:
        PromptError: it is not YAML, has a wrong key or value, or its templates and variables disagree.
    """
    try:
        prompt = Prompt.model_validate(yaml.safe_load(text))
        used = _used(prompt.system) | _used(prompt.user)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise _wrong(name, f"{place}: {first['msg']}") from error
    except (yaml.YAMLError, TemplateError) as error:
        raise _wrong(name, " ".join(str(error).split())) from error
    if prompt.name != name:
        raise _wrong(name, f"its name is {prompt.name!r}")
    # A variable that is declared and not used is as likely a slip as one that is used and not declared.
    if used != prompt.variables.keys():
        unmatched = ", ".join(sorted(used ^ prompt.variables.keys()))
        raise _wrong(name, f"declared and used variables differ: {unmatched}")
    for number, example in enumerate(prompt.examples, start=1):
        if example.values.keys() != prompt.variables.keys():
            raise _wrong(name, f"example {number} does not give exactly the variables")
        if not prompt.accepts(example.answer):
            raise _wrong(name, f"the answer of example {number} does not match output_pattern")
    return prompt


def _wrong(name: str, why: str) -> PromptError:
    return PromptError(f"The prompt file {name}.yaml is not right: {why}.", "Correct the file.")


def _used(template: str) -> set[str]:
    return find_undeclared_variables(_TEMPLATES.parse(template))


def _fill(template: str, values: Mapping[str, Value]) -> str:
    return _compiled(template).render(**values).strip()


@cache  # of prompt files alone, which are few; a list of items fills the same one in twenty times
def _compiled(template: str) -> Template:
    return _TEMPLATES.from_string(template)


__all__ = ["Prompt", "PromptError", "RenderedPrompt", "WorkedExample", "load", "names", "parse"]
