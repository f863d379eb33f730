# What the guest's scripts share: settings, readers, and the begin and end of a scenario.
module=/sys/kernel/debug/rs_test
report=/dev/ttyS1

# check STATUS NAME DETAIL: a verdict; the detail is of use where it failed
check() {
  if [ "$1" = 0 ]; then verdict ok "$2" "$3"; else verdict failed "$2" "$3"; fi
}

# setting NAME=VALUE…: parameters of the test module
setting() {
  for pair in "$@"; do echo "${pair#*=}" > "$module/${pair%%=*}"; done
}

# wait_until COMMAND…: until it succeeds, at most ten minutes
wait_until() {
  for tick in $(seq 6000); do
    "$@" 2> /dev/null && return
    sleep 0.1
  done
  return 1
}

# has_stored CAPTURE: whether more is in its first file than a batch takes of small rings, so that a whole one is there
has_stored() {
  [ "$(stat -c %s "$1/logs/000001.arrows")" -gt 1000000 ]
}

# logs_on PROCESSOR: whether a thread of the test module has logged there
logs_on() {
  grep -q "^$1 thread [1-9]" "$module/account"
}

# is_there FILE: whether it is, or the reader that is to make it has ended
is_there() {
  [ -e "$1" ] || ! kill -0 $reader
}

# begin_reader FOLDER NAME ENGINE: returns when entries are being taken; its process is in $reader
begin_reader() {
  deno run -A --cached-only --no-check tests/kernel/linux/guest/record.ts "/dev/ringscope@test" "$1" "$2" "$3" "$1/stop" 2> "$1/$2.err" &
  reader=$!
  wait_until is_there "$1/$2.ready"
  [ -e "$1/$2.ready" ] && return
  echo "a reader never took anything: $1/$2" >&2
  cat "$1/$2.err" >&2
  kill -9 $reader
}

# control OPTION…: of the command line, on the test module's set
control() {
  deno run -A --cached-only --no-check runtime/cli/main.ts control --no-count /dev/ringscope@test "$@"
}

# begin NAME RING_BYTES MODE ORDER: a new set for the test module, and a folder for what comes of it in $folder
begin() {
  folder=/out/$1
  mkdir -p "$folder"
  echo "at $1" > $report
  echo 0 > "$module/account"
  /device make test "$2" "$3" "$4" 2> "$folder/device.err" && /device start test
}

# end: stops the readers and keeps both accounts. The monitor's NMIs come when they come, so the module is asked when none is recorded any more
end() {
  /device stop test
  cat "$module/account" > "$folder/account"
  /device snapshot test > "$folder/snapshot"
  touch "$folder/stop"
  wait
  /device remove test 2>> "$folder/device.err"
  keep_output
}
