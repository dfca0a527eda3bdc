"""Console scripts for tests: the same functions in processes of their own, but forked from one that has imported them.

Importing takes a command longer than most of what tests ask of it. Run as a script, this file is that process. Each
line of its input is a JSON array: the environment, a folder, the files for stdout and stderr, and the command's words.
It answers each line with an exit code.
"""

import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PRELOADED = "autograder", "nbgrader"
# What commands import while they run. alembic alone, which makes each new gradebook, takes half a second.
LATER = (
    "IPython.lib.lexers",
    "IPython.paths",
    "alembic.migration",
    "alembic.script",
    "ipykernel.kernelspec",
    "jinja2.ext",
    "nbgrader.apps",
    "pygments.styles.default",
    "rich._emoji_codes",
    "sqlalchemy.dialects.sqlite",
    "typer._adapters",
)


class Commands:
    """Runs commands, one at a time."""

    def __init__(self) -> None:
        """Start the process that commands are forked from."""
        server = [sys.executable, __file__]
        self.process = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in a folder, and return what `subprocess.run` would."""
        assert self.process.stdin and self.process.stdout
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            self.process.stdin.write(json.dumps([dict(os.environ), str(folder), out.name, err.name, words]) + "\n")
            self.process.stdin.flush()
            code = int(self.process.stdout.readline())
            said = [Path(file.name).read_text(encoding="utf-8") for file in (out, err)]
        return subprocess.CompletedProcess(words, code, *said)

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def serve() -> list[str]:
    """Fork a process for each request: return the command's words there, and nothing here when the input ends."""
    for line in sys.stdin:
        environment, folder, out, err, words = json.loads(line)
        if not (pid := os.fork()):
            for number, path in enumerate((os.devnull, out, err)):
                with Path(path).open("r+b") as file:
                    os.dup2(file.fileno(), number)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            return list(words)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    return []


def main() -> None:
    """Import all, then serve; each forked process runs the command that it was forked for."""
    scripts = importlib.metadata.entry_points(group="console_scripts")
    functions = {name: scripts[name].load() for name in PRELOADED}
    for module in LATER:
        importlib.import_module(module)
    if words := serve():
        sys.argv = words
        sys.exit(functions[words[0]]())


if __name__ == "__main__":
    main()
