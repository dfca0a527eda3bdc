"""What docs/administrators.md says of settings is so."""

import re
from collections.abc import Iterator

import pytest
from conftest import ROOT
from traitlets.config import Configurable

from autograder.execution.execute import Execute
from autograder.files import MOST_BYTES, MOST_ENTRIES
from autograder.sandbox.provisioner import SandboxProvisioner
from autograder.seams.open_course import find_course
from autograder.submissions.intake import LARGEST_FILE, LARGEST_WITHOUT_OUTPUTS, MOST_CELLS

ROW = re.compile(r"^\| `(\w+)\.(\w+)` \| (\d+)", re.MULTILINE)
CLASSES: dict[str, type[Configurable]] = {"Execute": Execute, "SandboxProvisioner": SandboxProvisioner}


def rows() -> Iterator[tuple[str, str, str]]:
    yield from ROW.findall((ROOT / "docs" / "administrators.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("owner", "setting", "value"), list(rows()))
def test_a_bound_of_the_docs_is_the_courses(owner: str, setting: str, value: str) -> None:
    default = CLASSES[owner].class_traits(config=True)[setting].default_value
    assert find_course(ROOT).config[owner].get(setting, default) == int(value)


def test_every_bound_of_the_sandbox_is_in_the_docs() -> None:
    bounds = {name for name, trait in SandboxProvisioner.class_own_traits(config=True).items() if trait.this_class}
    numbers = {name for name in bounds if isinstance(SandboxProvisioner.class_traits()[name].default_value, int)}
    assert numbers == {setting for owner, setting, _ in rows() if owner == "SandboxProvisioner"}


@pytest.mark.parametrize(
    ("what", "bound"),
    [
        ("a notebook", f"{LARGEST_FILE // 10**6} MB"),
        ("a notebook without its outputs", f"{LARGEST_WITHOUT_OUTPUTS // 10**6} MB"),
        ("cells of a notebook", MOST_CELLS),
        ("files next to the notebooks", MOST_ENTRIES),
        ("these files together", f"{MOST_BYTES // 10**6} MB"),
    ],
)
def test_a_bound_on_what_is_read_is_the_docs(what: str, bound: str | int) -> None:
    assert f"\n| {what} | {bound} |\n" in (ROOT / "docs" / "administrators.md").read_text(encoding="utf-8")
