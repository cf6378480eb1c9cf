# the functions as Lambda gets them: built by cargo lambda, small, and fit for Amazon Linux 2023

stage() {
  build_functions
  local own=x86_64 other=arm64 target=aarch64-unknown-linux-gnu
  if [[ $(uname -m) == aarch64 ]]; then
    own=arm64 other=x86_64 target=x86_64-unknown-linux-gnu
  fi
  local folders=("FUNCTIONS_${own^^}=$FUNCTIONS_DIR")
  if [[ -d $(rustc --print sysroot)/lib/rustlib/$target ]]; then
    cargo_lambda_build --target "$target" --lambda-dir "$FUNCTIONS_DIR-$other"
    folders+=("FUNCTIONS_${other^^}=$FUNCTIONS_DIR-$other")
  else
    echo "LEFT OUT: the functions for $other, for which the toolchain has no target ('rustup target add $target')"
  fi
  python_tools
  (export "${folders[@]}" && suite functions)
}
