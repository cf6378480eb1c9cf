# What the stages call that is built from this repository: each is built once in a run, however many stages use it.

# build_audit: the operator's tool, as $AUDIT_BIN.
build_audit() {
  build_binary AUDIT_BIN audit
}

# build_lambda_stand_in: what suites call functions through, as $LAMBDA_STAND_IN.
build_lambda_stand_in() {
  build_binary LAMBDA_STAND_IN lambda-stand-in
}

# build_binary VARIABLE BINARY: one that a variable names already is used as it is. `--workspace` is why nothing is compiled that
# `cargo test --workspace` has compiled: asked for one package alone, Cargo gives the crates that it shares with others fewer
# features, and compiles them and all that is built on them again.
build_binary() {
  if [[ -n ${!1:-} ]]; then
    echo "using ${!1}"
    return
  fi
  cargo build --locked --workspace --bin "$2"
  export "$1=$(realpath "${CARGO_TARGET_DIR:-target}/debug/$2")"
}

# build_functions: what goes to Lambda, as $FUNCTIONS_DIR/<function>/bootstrap, for this machine's processor.
build_functions() {
  if [[ -n ${FUNCTIONS_DIR:-} ]]; then
    echo "using $FUNCTIONS_DIR"
    return
  fi
  local there
  there=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}/lambda")
  cargo_lambda_build --lambda-dir "$there"
  export FUNCTIONS_DIR=$there
}

# cargo_lambda_build OPTION...: all functions at once, so that they link side by side. Those of the queue, of the stream and of the
# signatures are by themselves because Cargo unites the features of what it builds together: `sam build`, which asks for each alone, would compile
# every one again.
cargo_lambda_build() {
  local function of_api=()
  for function in functions/*/; do
    function=$(basename "$function")
    [[ $function == @(events-consume|log-append|log-sign) ]] || of_api+=(--package "$function")
  done
  with_cargo_lambda cargo lambda build --release --locked "$@" "${of_api[@]}"
  for function in events-consume log-append log-sign; do
    with_cargo_lambda cargo lambda build --release --locked "$@" --package "$function"
  done
}

# with_cargo_lambda COMMAND...: runs it where `cargo lambda` is found, and its zig. What they cache goes to .tools, always to
# the same place: Cargo compiles again when the path of a compiler changes.
with_cargo_lambda() {
  python_tools
  PATH=$TOOLS/python/bin:$PATH CARGO_ZIGBUILD_CACHE_DIR=$TOOLS/zig ZIG_GLOBAL_CACHE_DIR=$TOOLS/zig/global \
    ZIG_LOCAL_CACHE_DIR=$TOOLS/zig/local "$@"
}
