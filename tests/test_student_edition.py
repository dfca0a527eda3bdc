"""The student edition: nothing that students must not see, the same bytes every time, and updates that git merges."""

import json
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, Command

from autograder.classroom.student_edition import EditionError, Texts, collect_edition, commit, write_folder
from autograder.errors import UsageError
from autograder.seams.open_course import find_course

LONG = 20  # letters: shorter lines stand in any program
REGION = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)(.*?)### END (?:SOLUTION|HIDDEN TESTS)", re.DOTALL)
GRADERS_NAMES = ["held_out_labels", "graders_folder", "graders-only", "COURSEKIT_GRADERS", "from autograder"]
# Lines of coursekit.text.batches, which lectures import, that the fourth assignment's batches have in common with it.
TAUGHT = {"rng = np.random.default_rng(seed)", "while len(waiting) < size:"}
TELLING = {"hand_in": 'Upload "it" at the desk. ☺', "site": "https://example.org/course"}


def lines_of(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if len(line.strip()) > LONG}


def text_of(name: str, content: bytes) -> str:
    """Return what stands in a file; of a notebook, its sources."""
    if not name.endswith(".ipynb"):
        return content.decode("utf-8")
    return "\n".join(cell.source for cell in nbformat.reads(content.decode("utf-8"), as_version=4).cells)


@pytest.fixture(scope="module")
def edition() -> dict[str, bytes]:
    return collect_edition(find_course(ROOT), Texts(**TELLING)).files


@pytest.fixture(scope="module")
def texts(edition: dict[str, bytes]) -> dict[str, str]:
    return {name: text_of(name, content) for name, content in edition.items()}


def secret_lines() -> dict[str, set[str]]:
    """Return where -> the lines of each solution region, hidden test and case of the bank."""
    secrets: dict[str, set[str]] = {}
    for path in ROOT.glob("solutions/*/*.ipynb"):
        regions = "\n".join(REGION.findall(text_of(path.name, path.read_bytes())))
        assert regions
        secrets[str(path)] = lines_of(regions)
    for path in ROOT.glob("tests/submissions/*/*.py"):
        secrets[str(path)] = lines_of(path.read_text(encoding="utf-8"))
    return secrets


def test_no_line_of_a_solution_a_hidden_test_or_the_bank_is_in_it(texts: dict[str, str]) -> None:
    """Lines that the visible part of the same course has too tell nothing."""
    public = set[str]()
    for path in [*ROOT.glob("solutions/*/*.ipynb"), *ROOT.glob("course/*.ipynb")]:
        public |= lines_of(REGION.sub("", text_of(path.name, path.read_bytes())))
    shown = set[str]().union(*map(lines_of, texts.values()))
    told = {where: (lines - public - TAUGHT) & shown for where, lines in secret_lines().items()}
    assert {where: lines for where, lines in told.items() if lines} == {}


@pytest.mark.parametrize("name", GRADERS_NAMES)
def test_nothing_of_the_graders_is_named_in_it(texts: dict[str, str], name: str) -> None:
    assert [file for file, text in texts.items() if name in text] == []


def test_it_has_what_students_need_and_no_folder_of_an_instructor(edition: dict[str, bytes]) -> None:
    assert {name.split("/")[0] for name in edition} == {
        *("course", "assignments", "coursekit", "runtime"),
        *("README.md", "LICENSE", "Makefile", "requirements.txt", "handin.toml", ".gitignore", ".student-edition"),
    }
    wanted = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("assignments/*/*.ipynb")}
    assert {name for name in edition if name.startswith("assignments/")} == wanted
    assert all(edition[name] == (ROOT / name).read_bytes() for name in wanted), "run autograder release"


def test_every_import_of_coursekit_is_in_it(edition: dict[str, bytes], texts: dict[str, str]) -> None:
    imported = set[str]()
    for text in texts.values():
        for names in re.findall(r"^\s*from coursekit import (.+)$", text, re.MULTILINE):
            imported |= {name.split(" as ")[0].strip() for name in names.split("#")[0].split(",")}
        imported |= set(re.findall(r"^\s*from coursekit\.(\w+) import", text, re.MULTILINE))
    assert {f"coursekit/{name}.py" for name in imported} <= set(edition)


def test_its_requirements_are_the_courses_pins_without_the_graders(texts: dict[str, str]) -> None:
    names = {re.split(r"[=\s]", line)[0] for line in texts["requirements.txt"].splitlines() if line[0] != "#"}
    assert names.isdisjoint({"distributed", "cryptography", "pyseccomp", "typer", "dask"})
    assert {"nbgrader", "jupyterlab", "trax", "nbclient"} <= names and "./autograder" not in texts["requirements.txt"]
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in texts["requirements.txt"].splitlines() if "==" in line} <= set(pins)


def test_the_instructors_words_stand_where_students_hand_in(texts: dict[str, str]) -> None:
    assert TELLING["hand_in"] in texts["README.md"] and TELLING["site"] in texts["README.md"]
    settings = tomllib.loads(texts["handin.toml"])
    assert settings["text"] == TELLING["hand_in"]
    assert settings["assignments"]["01-forward-propagation"] == ["forward-propagation.ipynb"]


# A course of its own


@pytest.fixture
def small(course: Path) -> Path:
    """A course with the assignment `small`, a lecture, and a configured edition."""
    (course / "lectures" / "__pycache__").mkdir(parents=True)
    (course / "lectures" / "one.md").write_text("# One\n", encoding="utf-8")
    (course / "lectures" / "own.py").write_text("answer = 42\n", encoding="utf-8")
    (course / "lectures" / "__pycache__" / "x.pyc").write_bytes(b"")
    (course / "readme.md").write_text("{{ hand_in or 'no words' }}\n", encoding="utf-8")
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('c.StudentEdition.folders = ["lectures"]\nc.StudentEdition.exclude = ["lectures/own.py"]\n')
        config.write('c.StudentEdition.files = {}\nc.StudentEdition.templates = {"readme.md": "README.md"}\n')
    return course


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_the_command_writes_a_folder_and_a_zip_and_the_same_course_gives_the_same_bytes(
    small: Path, command: Command
) -> None:
    for name in ("a", "b"):
        result = command(
            "autograder", "student-edition", f"out/{name}", "--zip", f"out/{name}.zip", "--hand-in", "Here"
        )
        assert result.returncode == 0, result.stderr
    out = small / "out"
    assert set(files_in(out / "a")) == {
        *("lectures/one.md", "assignments/small/notebook.ipynb", "README.md", ".student-edition")
    }
    assert files_in(out / "a") == files_in(out / "b")
    assert (out / "a.zip").read_bytes() == (out / "b.zip").read_bytes()
    with zipfile.ZipFile(out / "a.zip") as archive:
        assert {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()} == files_in(out / "a")
    assert (out / "a" / "README.md").read_text(encoding="utf-8") == "Here\n"
    released = (out / "a" / "assignments" / "small" / "notebook.ipynb").read_text(encoding="utf-8")
    assert "secret-hint" not in released and "raise NotImplementedError" in released


def test_an_update_removes_what_is_gone_and_leaves_what_is_not_its_own(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "edition"
    write_folder(collect_edition(find_course(small), Texts()), out)
    (out / "CNAME").write_text("own", encoding="utf-8")
    (small / "lectures" / "one.md").rename(small / "lectures" / "two.md")
    write_folder(collect_edition(find_course(small), Texts()), out)
    assert {"CNAME", "lectures/two.md"} <= set(files_in(out)) and "lectures/one.md" not in files_in(out)


def test_a_folder_with_other_files_is_refused(small: Path, command: Command) -> None:
    result = command("autograder", "student-edition", ".")
    assert result.returncode == 2 and "is not empty" in result.stderr and len(result.stderr.splitlines()) == 1
    with pytest.raises(UsageError):
        write_folder(collect_edition(find_course(small), Texts()), small)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('c.StudentEdition.folders = ["solutions"]', "holds the solutions"),
        ('c.StudentEdition.folders = ["."]', "holds the solutions"),
        ('c.StudentEdition.folders = ["nowhere"]', "no folder of the course"),
        ('c.StudentEdition.folders = [".."]', "no folder of the course"),
        ('c.StudentEdition.files = {"nothing": "x"}', "no file"),
        ('c.StudentEdition.files = {"readme.md": "../x"}', "no place in an edition"),
        ('c.StudentEdition.files = {"solutions/small/notebook.ipynb": "x.ipynb"}', "BEGIN SOLUTION"),
        ('c.StudentEdition.files = {"hidden.md": "x"}', "BEGIN HIDDEN TESTS"),
        ('c.StudentEdition.templates = {"wrong.md": "README.md"}', "The template"),
        ("c.StudentEdition.folders = []", "says nothing of a student edition"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(small: Path, line: str, said: str) -> None:
    (small / "hidden.md").write_text("### BEGIN HIDDEN TESTS", encoding="utf-8")
    (small / "wrong.md").write_text("{{ nothing.of }}", encoding="utf-8")
    with (small / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(line)
    with pytest.raises(EditionError, match=re.escape(said)):
        collect_edition(find_course(small), Texts())


# Git


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "An Instructor")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "instructor@example.org")


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@needs_git
def test_a_student_who_works_in_copies_pulls_an_update_without_a_conflict(
    small: Path, tmp_path: Path, identity: None
) -> None:
    out, clone = tmp_path / "edition", tmp_path / "clone"
    assert commit(collect_edition(find_course(small), Texts()), out)
    assert commit(collect_edition(find_course(small), Texts()), out) is None
    git(tmp_path, "clone", "--quiet", str(out), str(clone))
    shutil.copytree(clone / "assignments" / "small", clone / "work" / "small")
    (clone / "work" / "small" / "notebook.ipynb").write_text("mine", encoding="utf-8")
    source = small / "solutions" / "small" / "notebook.ipynb"
    nb = json.loads(source.read_text(encoding="utf-8"))
    nb["cells"].append(dict(nbformat.v4.new_markdown_cell("A new text.", id="new")))
    source.write_text(json.dumps(nb), encoding="utf-8")
    (small / "lectures" / "one.md").rename(small / "lectures" / "two.md")
    assert commit(collect_edition(find_course(small), Texts()), out)
    git(clone, "pull", "--quiet", "--ff-only")
    assert "A new text." in (clone / "assignments" / "small" / "notebook.ipynb").read_text(encoding="utf-8")
    assert not (clone / "lectures" / "one.md").exists() and (clone / "lectures" / "two.md").exists()
    assert (clone / "work" / "small" / "notebook.ipynb").read_text(encoding="utf-8") == "mine"
    assert git(out, "status", "--porcelain") == ""


@needs_git
def test_what_git_does_not_know_stays_out_and_is_told(small: Path, identity: None) -> None:
    git(small, "init", "--quiet")
    git(small, "add", "lectures/one.md")
    (small / "lectures" / "draft.md").write_text("not yet", encoding="utf-8")
    made = collect_edition(find_course(small), Texts())
    assert "lectures/draft.md" not in made.files and made.left_out == ["lectures/draft.md"]


@needs_git
def test_git_without_a_name_is_one_sentence(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    for name, value in {"COUNT": "1", "KEY_0": "user.useConfigOnly", "VALUE_0": "true"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    for role in ("AUTHOR", "COMMITTER"):
        for what in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{role}_{what}", raising=False)
    monkeypatch.delenv("EMAIL", raising=False)
    with pytest.raises(EditionError, match=r"git commit in .* failed"):
        commit(collect_edition(find_course(small), Texts()), tmp_path / "edition")
