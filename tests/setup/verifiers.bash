# Verifiers of logs that others wrote, each in a program that looks in our files for what to ask it.

# go_verifier: Go's packages for transparency logs, as $GO_VERIFIER. They come from Debian or Ubuntu, as does Go itself where the machine
# has none, and no module proxy is asked. Where they cannot be had, says so; in CI that is a failure.
go_verifier() {
  local home=$TOOLS/verifiers/go log
  if ! log=$(go_packages 2>&1 </dev/null); then
    if [[ ${CI:-} == true ]]; then
      echo "Go's packages for logs cannot be had from apt: CI must hold exports against them: $log" >&2
      return 1
    fi
    echo "SKIPPED: Go's verifier. Its packages cannot be had from apt: $(tail -n 3 <<<"$log")"
    return
  fi
  (
    if ! command -v go >/dev/null; then
      GOROOT=$(echo "$home"/compiler/usr/lib/go-*)
      export GOROOT PATH=$GOROOT/bin:$PATH
    fi
    export GO111MODULE=off GOPATH=$home/packages/usr/share/gocode GOCACHE=$home/cache CGO_ENABLED=0
    cd tests/verifiers/go || exit
    go vet .
    go build -o "$home/verifier" .
  )
  export GO_VERIFIER=$home/verifier
}

# go_packages: golang.org/x/mod, and Go if there is none, in .tools/verifiers/go.
go_packages() {
  local home=$TOOLS/verifiers/go
  [[ ! -e $home/.complete ]] || return 0
  unpack_debian "$home/packages" golang-golang-x-mod-dev || return
  command -v go || unpack_debian "$home/compiler" golang-go || return
  touch "$home/.complete"
}

# rust_verifier: the crates signed_note and tlog_tiles, as $RUST_VERIFIER.
rust_verifier() {
  local home=$TOOLS/verifiers/rust
  cargo build --locked --manifest-path tests/verifiers/rust/Cargo.toml --target-dir "$home"
  export RUST_VERIFIER=$home/debug/verifier
}
