# by name only: every function as it ships, built by cargo lambda for both processors; a quarter of an hour for each on two cores

# .github/build-release packs what this leaves in target/lambda-shipped.
stage() {
  local own other=arm64 target=aarch64-unknown-linux-gnu folder
  folder=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}/lambda-shipped")
  own=$(own_architecture)
  if [[ $own == arm64 ]]; then
    other=x86_64 target=x86_64-unknown-linux-gnu
  fi
  rm -rf "$folder"
  cargo_lambda_build --lambda-dir "$folder"
  local folders=("SHIPPED_${own^^}=$folder")
  if [[ -d $(rustc --print sysroot)/lib/rustlib/$target ]]; then
    rm -rf "$folder-$other"
    cargo_lambda_build --target "$target" --lambda-dir "$folder-$other"
    folders+=("SHIPPED_${other^^}=$folder-$other")
  else
    echo "LEFT OUT: the functions for $other, for which the toolchain has no target ('rustup target add $target')"
  fi
  python_tools
  (export "${folders[@]}" && suite functions)
}
