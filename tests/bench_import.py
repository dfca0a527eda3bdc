"""What `import trax` costs beyond `import jax`: CPU seconds of whole processes, medians over runs in turn."""

import statistics
import subprocess
import sys

RUNS = 9
MEASURE = "; import resource; used = resource.getrusage(resource.RUSAGE_SELF); print(used.ru_utime + used.ru_stime)"


def cpu_seconds(statement: str) -> float:
    command = [sys.executable, "-c", statement + MEASURE]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    pairs = [(cpu_seconds("import jax"), cpu_seconds("import trax")) for _ in range(RUNS + 1)][1:]  # the first warms up
    jax, trax = (statistics.median(column) for column in zip(*pairs, strict=True))
    beyond = statistics.median(one - other for other, one in pairs)
    print(f"import jax   {jax:.2f} CPU s")
    print(f"import trax  {trax:.2f} CPU s, {trax / jax:.2f} times as much, {beyond:.2f} s beyond (medians of {RUNS})")


if __name__ == "__main__":
    main()
