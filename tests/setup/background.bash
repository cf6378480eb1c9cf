# What runs beside a stage, and must not outlive the run.

BACKGROUND=()

# in_background PID: from now on it ends with the run, however that ends.
in_background() {
  BACKGROUND+=("$1")
}

# end_background: ends all of it.
end_background() {
  local pid
  for pid in "${BACKGROUND[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  BACKGROUND=()
}

# supervised COMMAND...: waits for a command that is to be told at once when the run is to end, for it has things to end itself.
supervised() {
  "$@" &
  in_background $!
  wait $!
  unset 'BACKGROUND[-1]'
}
