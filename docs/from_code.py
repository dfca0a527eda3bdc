"""A Sphinx extension that writes reference pages from the code: commands, settings, modules, and docstrings.

```{commands} autograder.cli:app      a section per command of a typer application
```{settings} autograder              a table per class with settings, found in all modules of the package
```{modules} autograder.judging       what each module of a package says in its first line
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from traitlets import HasTraits, TraitType

SECTIONS = {"Args:", "Returns:", "Raises:", "Yields:", "Attributes:"}  # which napoleon reads
UNDERLINE = re.compile(r"-{4,}|={4,}")
LITERAL = ".. code-block:: text"


class FromCode(SphinxDirective):
    """A directive with one argument, which is put in place of Markdown that is made of it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the Markdown; the page is made anew in every build, since the code may have changed."""
        self.env.note_reread()
        return self.parse_text_to_nodes(self.markdown(self.arguments[0]), allow_section_headings=True)

    def markdown(self, name: str) -> str:
        """Return the Markdown for what is called `name`."""
        raise NotImplementedError


class Commands(FromCode):
    """All commands of a typer application."""

    def markdown(self, name: str) -> str:
        """Return a section per command of the application `module:attribute`."""
        module, attribute = name.split(":")
        app = getattr(importlib.import_module(module), attribute)
        return "\n\n".join(command_text(one, command) for one, command in commands_of(app).items())


def commands_of(app: typer.Typer) -> dict[str, Any]:
    """Return the commands of an application by name."""
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def command_text(name: str, command: Any) -> str:
    """Return the section of one command."""
    words = [usage_word(one) for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    usage = " ".join(["autograder", name, *(["[OPTIONS]"] if options else []), *words])
    rows = [(f"`{', '.join(one.opts)}`", shown_default(one), one.help or "") for one in options]
    rows = [
        (usage_word(one), shown_default(one), one.help or "") for one in command.params if one not in options
    ] + rows
    return "\n\n".join(
        [
            f"## {name}",
            "```text\n" + usage + "\n```",
            command.help or "",
            table(("argument or option", "default", "meaning"), rows),
        ]
    )


def shown_default(parameter: Any) -> str:
    """Return a parameter's default: the text that its help shows in place of the value, if there is one."""
    text = parameter.show_default
    return text if isinstance(text, str) else shown(parameter.default)


def usage_word(argument: Any) -> str:
    """Return an argument as a usage line shows it."""
    word = argument.name.upper() + ("…" if argument.nargs != 1 else "")
    return word if argument.required else f"[{word}]"


class Settings(FromCode):
    """All settings of a package."""

    def markdown(self, name: str) -> str:
        """Return a section per class of the package that has settings of its own."""
        return "\n\n".join(settings_text(owner, traits) for owner, traits in settings_of(name))


def settings_of(package: str) -> list[tuple[type[HasTraits], dict[str, TraitType[Any, Any]]]]:
    """Return every class in a package with the settings that it adds to those it inherits."""
    owners = (
        owner
        for module in modules_of(package)
        for owner in vars(module).values()
        if isinstance(owner, type) and issubclass(owner, HasTraits) and owner.__module__ == module.__name__
    )
    own_traits = {
        owner: {n: t for n, t in owner.class_traits(config=True).items() if t.this_class is owner} for owner in owners
    }
    pairs = [(owner, traits) for owner, traits in own_traits.items() if traits]
    return sorted(pairs, key=lambda pair: pair[0].__name__)


def settings_text(owner: type[HasTraits], traits: dict[str, TraitType[Any, Any]]) -> str:
    """Return the section of one class."""
    rows = [
        (f"`c.{owner.__name__}.{name}`", shown(trait.default()), trait.help) for name, trait in sorted(traits.items())
    ]
    return f"## {owner.__name__}\n\n{first_line(owner)}\n\n" + table(("setting", "default", "meaning"), rows)


class Modules(FromCode):
    """What is in a package."""

    def markdown(self, name: str) -> str:
        """Return a table of the package's modules."""
        rows = [
            (f"`{module.__name__.rpartition('.')[2]}`", first_line(module))
            for module in modules_of(name)
            if not hasattr(module, "__path__") and module.__name__.rpartition(".")[0] == name
        ]
        return table(("module", "what it does"), rows)


def modules_of(package: str) -> Iterator[ModuleType]:
    """Yield the package and all modules below it."""
    top = importlib.import_module(package)
    yield top
    for info in pkgutil.walk_packages(top.__path__, f"{package}."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def first_line(thing: Any) -> str:
    """Return the first line of a docstring."""
    return (thing.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")


def shown(default: Any) -> str:
    """Return a default value as a table shows it."""
    return "" if default is None or default == "" or default is False else f"`{default}`"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table, and nothing if it has no rows."""
    lines = [head, ("---",) * len(head), *rows]
    cells = [" | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) for line in lines]
    return "\n".join(f"| {line} |" for line in cells) if rows else ""


def docstring(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Turn a docstring in plain text into reStructuredText, in place."""
    lines[:] = restructured(lines)


def restructured(lines: list[str]) -> list[str]:
    """Return the lines of a docstring with code for what is indented, a rubric for each title, and `names` as code."""
    result: list[str] = []
    in_section = in_code = False
    for line in lines:
        indented = line.startswith(" ")
        if UNDERLINE.fullmatch(line) and result:
            result[-1:] = [f".. rubric:: {result[-1]}", ""]
            continue
        if line and not indented:
            result += [""] if in_code else []
            in_section, in_code = line in SECTIONS, False
        if indented and not in_section and not in_code:
            result += ["", LITERAL, ""]
            in_code = True
        result.append(line if in_code else re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", line.replace("|", r"\|")))
    return result


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives, and read docstrings before napoleon does."""
    for directive in (Commands, Settings, Modules):
        app.add_directive(directive.__name__.lower(), directive)
    app.connect("autodoc-process-docstring", docstring, priority=100)
    return {"parallel_read_safe": True}
