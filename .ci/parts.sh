# Sourced by bash scripts that have parts: it times each of them, and prints the times when the script ends.
PART_TIMES=${PART_TIMES:-$(mktemp)} # a script that is started by another one adds to the other's table
PARTS_BEGAN=${PARTS_BEGAN:-$(date +%s)}
export PART_TIMES PARTS_BEGAN

# part NAME COMMAND...: run a command, and note its seconds and the processor seconds of its processes.
part() {
  local TIMEFORMAT="$1	%0R	%0U	%0S" status=0
  shift
  # What the command prints on stderr goes to the script's own stderr (3); only the line with the times goes to the file.
  { time "$@" 2>&3; } 3>&2 2>>"$PART_TIMES" || status=$?
  return "$status"
}

# Print the table; a failed part is in it, too.
print_part_times() {
  printf '\n%-22s %8s %8s\n' part seconds "CPU s"
  # Parts may overlap, so the seconds of all are not the sum. Kernels that were killed are not in the CPU seconds.
  awk -F '\t' -v wall="$(($(date +%s) - PARTS_BEGAN))" \
    '{ printf "%-22s %8d %8d\n", $1, $2, $3 + $4; cpu += $3 + $4 } END { printf "%-22s %8d %8d\n", "all", wall, cpu }' \
    "$PART_TIMES"
  rm -f "$PART_TIMES"
}
