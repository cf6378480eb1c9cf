# The Node packages of a stage.

# node_tools FOLDER: the packages of its lock file; no package runs a script of its own.
node_tools() {
  local wanted
  wanted=$(cat "$1/package.json" "$1/package-lock.json" | sha256sum)
  if [[ $(cat "$1/node_modules/.installed" 2>/dev/null) != "$wanted" ]]; then
    echo "installing the Node packages of $1"
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    echo "$wanted" >"$1/node_modules/.installed"
  fi
}
