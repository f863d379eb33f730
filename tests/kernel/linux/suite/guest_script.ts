/**
 * What the suite's one boot does, as a script of the guest. Its verdicts and what it leaves in /out are what the tests look at.
 * @module
 */
import { type Scenario, SCENARIOS } from "./scenarios.ts";

/** Where the program of guest/device lies in the guest. */
export const GUEST_DEVICE_PROGRAM = "/device";

/** Settings of the test module that each scenario begins with. */
const DEFAULTS: Readonly<Record<string, number>> = {
  count: 1500,
  length_max: 200,
  timer_us: 300,
  text_every: 11,
  event_every: 13,
  discard_every: 17,
  too_big_every: 41,
  in_place_every: 3,
  open_ns: 2000,
  chain_every: 19,
  nmi_every: 23,
  tower_every: 29,
  pause_us: 0,
};

/** Words for the shell's `setting`, for a kernel that takes `slowness` times as long as usual for everything. */
function settingsOf(own: Readonly<Record<string, number>>, slowness: number): string {
  const all: Record<string, number> = { ...DEFAULTS, ...own };
  // A load with pauses has to last for as long as something is done to it.
  if (all.pause_us === 0) all.count = Math.ceil((all.count ?? 0) / slowness);
  // Or there would be nothing but timers.
  all.timer_us = Math.ceil((all.timer_us ?? 0) * slowness);
  return Object.entries(all).map(([name, value]) => `${name}=${value}`).join(" ");
}

/** What the shell finds out by itself; the names of tests. */
export const SHELL_VERDICTS = {
  load: "both modules load, and the device is there for its group",
  busy: "the driver cannot be unloaded while a module or an open file uses it",
  unload: "the driver is unloaded when nothing uses it any more, and can be loaded again",
} as const;

/** The whole script. @param slowness How many times as long as Debian's the kernel takes: fewer attempts, rarer timers; default: 1. */
export function guestScript(slowness = 1): string {
  const scenarioOf = (scenario: Scenario) => scenarioScript(scenario, slowness);
  const inClockOrder = SCENARIOS.filter(({ order }) => order === "clock");
  const inIndexOrder = SCENARIOS.filter(({ order }) => order !== "clock");
  return [
    ". tests/kernel/linux/guest/scenario.sh",
    "insmod /modules/ringscope.ko && insmod /modules/rs_test.ko && [ -c /dev/ringscope ]",
    `check $? "${SHELL_VERDICTS.load}" "$(ls -l /dev/ringscope)"`,
    `${GUEST_DEVICE_PROGRAM} run $report`,
    ...inIndexOrder.map(scenarioOf),
    killing(slowness),
    UNLOADING,
    "insmod /modules/rs_invariant.ko && insmod /modules/ringscope.ko && insmod /modules/rs_test.ko",
    `check $? "${SHELL_VERDICTS.unload}" "$again"`,
    ...inClockOrder.map(scenarioOf),
    "rmmod rs_test && rmmod ringscope",
  ].join("\n");
}

/** A reader dies under load when it has stored some of it, and another one goes on; until then the load does not end, however fast it is. */
const killing = (slowness: number) => `
begin killed 262144 discard index
setting ${settingsOf({ count: 1500, pause_us: 300, too_big_every: 0 }, slowness)}
begin_reader $folder first native
until [ -e $folder/enough ]; do echo 1 > $module/run; done & load=$!
wait_until has_stored $folder/first
kill -9 $reader
wait $reader
begin_reader $folder second native
touch $folder/enough
wait $load
end
`;

/** Each attempt that may not succeed adds its word to `wrong`. */
const UNLOADING = `
wrong=
rmmod ringscope 2> /dev/null && wrong="while a module uses it"
rmmod rs_test
exec 9<> /dev/ringscope
rmmod ringscope 2> /dev/null && wrong="$wrong while a file is open"
exec 9>&-
[ -z "$wrong" ]
check $? "${SHELL_VERDICTS.busy}" "unloaded $wrong"
again=
rmmod ringscope || again="rmmod ended with $?"
[ -e /dev/ringscope ] && again="$again, the device is still there"
grep -i ringscope /proc/vmallocinfo && again="$again, memory of it is still there"
`;

/** One scenario: a new set, its readers, the load, both accounts. */
function scenarioScript(
  { name, ringBytes, mode, order, readers, settings, load }: Scenario,
  slowness: number,
): string {
  return [
    `begin ${name} ${ringBytes} ${mode} ${order}`,
    `setting ${settingsOf(settings ?? {}, slowness)}`,
    ...readers.map((engine) => `begin_reader "$folder" ${engine} ${engine}`),
    ...(load ?? ["echo 1 > $module/run"]),
    "end",
  ].join("\n");
}
