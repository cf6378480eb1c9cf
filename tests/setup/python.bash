# The Python packages of the stages and suites: tests/python has what they are, and their lock.

export PYTHON=$TOOLS/python/bin/python
# For the suites themselves.
export SAM_BIN=$TOOLS/python/bin/sam
export AWS_BIN=$TOOLS/python/bin/aws
export EMULATOR_PYTHON=$TOOLS/python-emulator/bin/python

# python_tools: what nearly all of them use, in .tools/python.
python_tools() {
  environment_of "$TOOLS/python" requirements.txt
}

# emulator_tools: the emulated AWS, in .tools/python-emulator.
emulator_tools() {
  environment_of "$TOOLS/python-emulator" emulator.txt
}

# checkov_tools: checkov, in .tools/python-checkov.
checkov_tools() {
  environment_of "$TOOLS/python-checkov" checkov.txt
}

# generator_tools: the generators of clients and what these import, in .tools/python-generators.
generator_tools() {
  environment_of "$TOOLS/python-generators" generators.txt
}

# collector_tools: the collectors of docs/collect.md, in .tools/python-collectors.
collector_tools() {
  environment_of "$TOOLS/python-collectors" collectors.txt
}

# format_tools: validators of OCSF and CloudEvents, in .tools/python-formats.
format_tools() {
  environment_of "$TOOLS/python-formats" formats.txt
}

# environment_of HOME LOCK: a virtual environment with what the lock names, each package only as it was when it was locked.
environment_of() {
  once "$2" make_environment "$@"
}

# make_environment HOME LOCK
make_environment() {
  local home=$1 lock=$ROOT/tests/python/$2 wanted
  wanted=$(sha256sum <"$lock")
  if [[ $(cat "$home/.installed" 2>/dev/null) != "$wanted" ]]; then
    echo "installing the Python packages of tests/python/$2"
    rm -rf "$home"
    python3 -m venv "$home"
    "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes \
      --requirement "$lock"
    "$home/bin/python" -m pip check --disable-pip-version-check
    echo "$wanted" >"$home/.installed"
  fi
}

# suite FOLDER ARGUMENT...: runs a suite of pytest, which finds its settings, conftest and modules from its own folder.
suite() {
  local folder=$1
  shift
  (cd "$ROOT/tests/$folder" && "$PYTHON" -m pytest "$@")
}
