# shell scripts by shellcheck, workflows by their schema, the checker of the soak, the log's examples by an implementation in Python

stage() {
  python_tools
  local scripts
  mapfile -t scripts < <(shell_scripts)
  "$TOOLS/python/bin/shellcheck" "${scripts[@]}"
  every_stage_is_listed
  "$TOOLS/python/bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
  suite soak
  python3 tests/vectors/digest.py
  "$PYTHON" tests/vectors/proof.py
}

# shell_scripts: every one of this repository, whether it says so by its name or by its first line.
shell_scripts() {
  local elsewhere=(--exclude-dir={.git,.tools,target,dist,node_modules,.venv})
  grep --recursive --files-with-matches "${elsewhere[@]}" --include='*.bash' '' .
  grep --recursive --files-with-matches "${elsewhere[@]}" --exclude='*.bash' --exclude='*.md' --extended-regexp '^#!.*\b(ba)?sh$' .
}

# A file that tests/run does not name would never run.
every_stage_is_listed() {
  diff <(printf 'tests/stages/%s.bash\n' "${STAGES[@]}" "${MORE_STAGES[@]}" | sort) <(printf '%s\n' tests/stages/* | sort)
}
