# by name only: readers and writers on audit serve and on the stack, restarted under them, SOAK_MINUTES each

# SOAK_MINUTES, 5 if not set, is for how long each is soaked; SOAK_SEED, of its own if not set, what is sent: it is printed.
stage() {
  build_audit
  build_functions
  python_tools
  emulator_tools
  local which arguments
  for which in served deployed; do
    arguments=("$which" "${SOAK_MINUTES:-5}" ${SOAK_SEED:+"$SOAK_SEED"})
    (cd tests/soak && "$PYTHON" soak.py "${arguments[@]}")
  done
}
