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
  once "$2" cargo build --locked --workspace --bin "$2"
  export "$1=$(realpath "${CARGO_TARGET_DIR:-target}/debug/$2")"
}

# build_functions: the functions, as $FUNCTIONS_DIR/<function>/bootstrap, for this machine's processor: released, and linked quickly.
build_functions() {
  if [[ -n ${FUNCTIONS_DIR:-} ]]; then
    echo "using $FUNCTIONS_DIR"
    return
  fi
  local there
  there=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}/lambda")
  once functions linked_quickly cargo_lambda_build --lambda-dir "$there"
  export FUNCTIONS_DIR=$there
}

# linked_quickly COMMAND...: what it builds as a release is one but for most of the optimization, which changes no answer and takes
# minutes for the SDK and more than one for each function. Only `cargo lambda build` and `sam build` are run so, and what ships is
# never made so.
linked_quickly() {
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 "$@"
}

# The functions that give crates which others have too more features, in groups that give the same: those of a queue, of a stream, and
# those with the SDK of S3. .github/sbom.py has the same groups.
readonly WITH_MORE_FEATURES=(events-consume log-append "events-deliver log-sign")

# cargo_lambda_build OPTION...: all functions, as many at once as may be, so that they link side by side. Cargo unites the features of
# what it builds together: if all were built at once, `sam build`, which asks for each alone, would compile every one again.
cargo_lambda_build() {
  local function group others=() packages
  for function in functions/*/; do
    function=$(basename "$function")
    [[ " ${WITH_MORE_FEATURES[*]} " == *" $function "* ]] || others+=("$function")
  done
  for group in "${others[*]}" "${WITH_MORE_FEATURES[@]}"; do
    packages=()
    for function in $group; do packages+=(--package "$function"); done
    with_cargo_lambda cargo lambda build --release --locked "$@" "${packages[@]}"
  done
}

# own_architecture: of this machine's processor, as Lambda calls it.
own_architecture() {
  case $(uname -m) in
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# with_cargo_lambda COMMAND...: runs it where `cargo lambda` is found, and its zig. What they cache goes to .tools, always to
# the same place: Cargo compiles again when the path of a compiler changes.
with_cargo_lambda() {
  python_tools
  PATH=$TOOLS/python/bin:$PATH CARGO_ZIGBUILD_CACHE_DIR=$TOOLS/zig ZIG_GLOBAL_CACHE_DIR=$TOOLS/zig/global \
    ZIG_LOCAL_CACHE_DIR=$TOOLS/zig/local "$@"
}
