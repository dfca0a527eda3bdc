"""Say which of the given notebooks have outputs, and end with 1 if there is one."""

import json
import sys
from pathlib import Path


def main(paths: list[str]) -> int:
    """Check the notebooks at `paths`."""
    code = 0
    for path in paths:
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        if any(cell.get("outputs") or cell.get("execution_count") for cell in cells):
            print(f"{path} has outputs: clear them before you commit it")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
