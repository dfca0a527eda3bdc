"""Console scripts for tests: the same functions in processes of their own, but forked from one that has imported them.

Importing takes a command longer than most of what tests ask of it. Run as a script, this file is that process: for
each line of its input, a JSON array of the environment, a folder, two files for what is said, and the command's words,
it answers with an exit code.
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
LATER = "IPython.lib.lexers", "IPython.paths", "nbgrader.apps", "sqlalchemy.dialects.sqlite", "typer._adapters"


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
    """Fork a process for each request; return the command's words in it, nothing here where no more requests come."""
    for line in sys.stdin:
        environment, folder, out, err, words = json.loads(line)
        if not (pid := os.fork()):
            for number, path in enumerate((os.devnull, out, err)):
                with Path(path).open("r+b") as file:
                    os.dup2(file.fileno(), number)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            return words
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    return []


def main() -> None:
    """Import all, then serve, and be what was asked for."""
    scripts = importlib.metadata.entry_points(group="console_scripts")
    functions = {name: scripts[name].load() for name in PRELOADED}
    for module in LATER:  # what these would import while they run
        importlib.import_module(module)
    if words := serve():
        sys.argv = words
        sys.exit(functions[words[0]]())


if __name__ == "__main__":
    main()
