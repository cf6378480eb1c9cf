# Programs of Debian or Ubuntu, unpacked and not installed: nothing of the machine is touched.

# unpack_debian HOME PACKAGE: unpacks a package and those that it wants and the machine does not have. Not under `set -e`, for it is
# asked whether it succeeds. In turn, for apt refuses to look for two at once.
unpack_debian() {
  in_turn apt unpack_debian_alone "$@"
}

# unpack_debian_alone HOME PACKAGE
unpack_debian_alone() {
  local home=$1 package=$2 wanted file
  rm -rf "$home" && mkdir -p "$home/packages" || return
  # Only root can ask for the lists of packages; others may have them.
  ((EUID != 0)) || apt-get update || return
  wanted=$(apt-get install --simulate --no-install-recommends "$package" | awk '$1 == "Inst" { print $2 }') || return
  # A machine that has it installed has what it wants too.
  [[ $'\n'$wanted$'\n' == *$'\n'"$package"$'\n'* ]] || wanted=$package
  # shellcheck disable=SC2086 # They are words.
  (cd "$home/packages" && apt-get -o APT::Sandbox::User=root download $wanted) || return
  for file in "$home"/packages/*.deb; do dpkg-deb --extract "$file" "$home" || return; done
}
