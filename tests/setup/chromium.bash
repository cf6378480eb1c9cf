# Chromium from Debian's or Ubuntu's packages, unpacked and not installed.

# chromium_tools: the program, as $CHROMIUM, with the libraries that it wants; one of the machine is taken if there is one. Says so where apt
# does not give it, and fails there where CI=true.
chromium_tools() {
  local home=$TOOLS/chromium log
  if [[ -z ${CHROMIUM:-} ]]; then
    CHROMIUM=$(command -v chromium || true)
  fi
  if [[ -z $CHROMIUM && ! -e $home/.complete ]]; then
    echo "unpacking Chromium"
    if ! log=$(unpack_debian "$home" chromium 2>&1 </dev/null); then
      echo "SKIPPED: Chromium cannot be had from apt: $(tail -n 3 <<<"$log")"
      [[ ${CI:-} != true ]]
      return
    fi
    touch "$home/.complete"
  fi
  if [[ -z $CHROMIUM ]]; then
    # The program looks for its own files under /usr, and for libraries where the loader does.
    CHROMIUM=$home/usr/lib/chromium/chromium
    CHROMIUM_LIBRARIES=$(find "$home" -type d '(' -path '*/lib/*-linux-gnu' -o -name pulseaudio ')' | tr '\n' ':')
  fi
  export CHROMIUM CHROMIUM_LIBRARIES
}
