"""Lists what a sandbox contains: folders and files of this machine, environment variables, and users."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import CourseError
from autograder.sandbox.limits import WRITABLE
from autograder.sandbox.seat import FIRST_UID, NOBODY, UIDS

SYSTEM = "/usr", "/bin", "/sbin", "/lib", "/lib64"
ETC = "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "alternatives", "fonts", "mime.types"


class SandboxMissingError(CourseError):
    """Submissions cannot be isolated on this machine. The message says in one sentence why, and what to do."""


@functools.cache
def passwd_file() -> str:
    """Return the sandbox's /etc/passwd: every user id that a kernel may have is called student."""
    uids = [NOBODY, *(range(FIRST_UID, FIRST_UID + UIDS) if os.getuid() == 0 else ())]
    return "".join(f"student:x:{uid}:{uid}::/tmp:/bin/sh\n" for uid in uids)


def base_environment() -> dict[str, str]:
    """Return the environment variables that every sandbox has."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": "/tmp",
        "USER": "student",
        "LANG": "C.UTF-8",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "IPYTHONDIR": "/tmp/.ipython",
    }


def environment_folders() -> list[Path]:
    """Return the folders of this Python and its environment that do not belong to the system."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    return sorted(path for path in prefixes if not path.is_relative_to("/usr"))


def package_folders(names: Sequence[str]) -> list[Path]:
    """Return where importable packages lie outside the environment, without importing them.

    Args:
        names: names of packages or modules.

    Returns:
        Their folders, or the file of a module that has no folder.

    Raises:
        SandboxMissingError: a package is not installed.
    """
    paths = []
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.origin:
            raise SandboxMissingError(f"The package {name!r}, which student code may import, is not installed here.")
        paths.append(Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin))
    return [path for path in paths if not any(path.is_relative_to(folder) for folder in environment_folders())]


def system_options() -> list[str]:
    """Return bubblewrap's options that show the operating system's programs and libraries, read-only."""
    options = []
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            options += ["--ro-bind", str(path), str(path)]
    return options


def read_only_options(paths: Sequence[Path]) -> list[str]:
    """Return bubblewrap's options that show paths read-only, in folders that everybody may enter.

    A path that does not exist is left out.
    """
    options = []
    made: set[Path] = {Path("/"), *map(Path, WRITABLE)}
    for path in paths:
        for parent in reversed(path.parents):
            if parent not in made:
                options += ["--perms", "0755", "--dir", str(parent)]
                made.add(parent)
        options += ["--ro-bind-try", str(path), str(path)]
    return options
