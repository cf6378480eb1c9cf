# sam build, and sam deploy into an emulated AWS: every endpoint, a change, and the end

stage() {
  build_audit
  build_functions
  python_tools
  emulator_tools
  linked_quickly with_cargo_lambda suite deploy # as build_functions, so that `sam build` finds everything compiled
}
