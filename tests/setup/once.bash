# What stages that run side by side must not do at the same time, or not twice. $TESTS_RUN is a folder that those of a run share.

# in_turn NAME COMMAND...: runs a command while no other stage runs one by that name. What the command starts does not inherit the lock.
in_turn() {
  local lock=$TESTS_RUN/$1.lock
  shift
  { flock 9 && "$@" 9>&-; } 9>"$lock"
}

# once NAME COMMAND...: runs a command, unless a stage of this run has done so; one that is doing so is waited for.
once() {
  in_turn "$1" unless_done "$@"
}

# unless_done NAME COMMAND...
unless_done() {
  local done=$TESTS_RUN/$1.done
  shift
  [[ ! -e $done ]] || return 0
  "$@"
  touch "$done"
}
