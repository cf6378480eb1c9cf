# Stages side by side, each in a process of its own: what it prints is kept in a file, and printed whole when it ends.

# How many at once: most of a run is programs of one thread.
readonly STAGES_AT_ONCE=${STAGES_AT_ONCE:-2}
# How long what is ended may take to end its servers and containers, before it is killed.
readonly END_SECONDS_MAX=30

# Of each stage that runs its name and when it began, by its process id, which is its group's too.
RUNNING=()
STARTED=()

# run_side_by_side STAGE...: starts them in this order, and the next whenever one has ended.
run_side_by_side() {
  local name
  mkdir -p "$TOOLS/output"
  for name in "$@"; do
    ((${#RUNNING[@]} < STAGES_AT_ONCE)) || await_stage
    start_stage "$name"
  done
  while ((${#RUNNING[@]} > 0)); do await_stage; done
}

# printed_by STAGE: the file of what it prints.
printed_by() {
  echo "$TOOLS/output/$1.stage"
}

# start_stage NAME: in a process group of its own (`set -m`), so that it can be ended with all that it started.
start_stage() {
  local file
  file=$(printed_by "$1")
  printf '+++ %s begins: %s\n' "$1" "${file#"$ROOT"/}"
  set -m
  env --default-signal=INT tests/run "$1" >"$file" 2>&1 </dev/null &
  set +m
  RUNNING[$!]=$1 STARTED[$!]=$SECONDS
}

# await_stage: until one has ended, of which nothing goes on. One that failed ends the run, and those beside it.
await_stage() {
  local pid status=0
  wait -n -p pid "${!RUNNING[@]}" || status=$?
  # shellcheck disable=SC2034 # tests/run says it of a stage that failed.
  STAGE=${RUNNING[$pid]} STAGE_STARTED=${STARTED[$pid]}
  unset "RUNNING[$pid]"
  kill -KILL -- "-$pid" 2>/dev/null || true
  ((status == 0)) || end_stages
  cat "$(printed_by "$STAGE")"
  ((status == 0)) || exit "$status"
  STAGE=
}

# end_stages: ends those that run, as Ctrl-C does, for suites then end what they started in groups of its own; then kills what is left.
end_stages() {
  local pid deadline=$((SECONDS + END_SECONDS_MAX))
  for pid in "${!RUNNING[@]}"; do kill -INT -- "-$pid" 2>/dev/null || true; done
  for pid in "${!RUNNING[@]}"; do
    while kill -0 -- "-$pid" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.1; done
    kill -KILL -- "-$pid" 2>/dev/null || true
    echo "ENDED: stage ${RUNNING[$pid]}"
  done
  RUNNING=()
}

# end_and_print_stages: for a run that is itself ended, perhaps because a stage hangs.
end_and_print_stages() {
  local name ended=("${RUNNING[@]}")
  end_stages
  for name in "${ended[@]}"; do cat "$(printed_by "$name")"; done
}
