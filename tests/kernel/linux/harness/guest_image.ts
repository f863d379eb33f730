/**
 * The root of one boot: the shared part, then the project's files, the modules, the files of the caller and what runs as /init.
 * @module
 */
import { basename, join } from "@std/path";
import { projectRoot } from "../../../../runtime/build/place.ts";
import { baseImage, GUEST_DENO_DIR, listFiles } from "./base_image.ts";
import { type CpioEntry, writeCpio } from "./cpio.ts";

/** Where the project lies in the guest. */
export const GUEST_PROJECT = "/ringscope";
/** Where the caller's modules lie in the guest. */
export const GUEST_MODULES = "/modules";
/** What a script leaves here is brought back. */
export const GUEST_OUTPUT = "/out";
/** The port that carries verdicts; the console is the other one. */
export const GUEST_REPORT = "/dev/ttyS1";

/** Folders and files of the project that the programs of a guest use. */
const PROJECT = ["runtime", "queries", "driver", "tests/kernel/linux", "build/.stamps"];
const PROJECT_FILES = /^(?:build\/[^/]+\.so|build\/ringscope-kmsg|deno\.json|deno\.lock)$/;

/** What goes into one boot. */
export interface GuestContents {
  readonly withRuntime: boolean;
  /** The distribution's modules that are loaded before the script, in this order. */
  readonly loaded: readonly string[];
  /** Modules for the script to load. */
  readonly modules: readonly string[];
  /** Files and folders of this machine by their place in the guest. */
  readonly files: Readonly<Record<string, string>>;
  /** Run by busybox's shell. */
  readonly script: string;
}

/** Writes the root of a boot to `image`. */
export async function writeGuestImage(image: string, contents: GuestContents): Promise<void> {
  await Deno.copyFile(await baseImage(contents.withRuntime), image);
  using output = await Deno.open(image, { append: true });
  await writeCpio(output, [
    ...(contents.withRuntime ? listProject() : []),
    ...contents.loaded.map((file) => ({ path: `lib/modules/${basename(file)}`, file })),
    ...contents.modules.map((file) => ({ path: `${GUEST_MODULES.slice(1)}/${basename(file)}`, file })),
    ...Object.entries(contents.files).flatMap(([path, from]) => listTree(path, from)),
    { path: "script", text: contents.script },
    { path: "init", text: initOf(contents.loaded) },
  ]);
}

function* listProject(): Generator<CpioEntry> {
  const root = projectRoot();
  const files = [
    ...[...Deno.readDirSync(root), ...Deno.readDirSync(join(root, "build"))].map(({ name }) => name)
      .flatMap((name) => [name, `build/${name}`]).filter((path) => PROJECT_FILES.test(path)),
    ...PROJECT.flatMap((folder) => [...listFiles(root, folder)]),
  ];
  for (const path of new Set(files)) {
    if (path.includes("/testdata/")) continue;
    yield { path: `${GUEST_PROJECT.slice(1)}/${path}`, file: join(root, path) };
  }
}

function listTree(path: string, from: string): CpioEntry[] {
  const place = path.replace(/^\//, "");
  if (!Deno.statSync(from).isDirectory) return [{ path: place, file: from }];
  return [...listFiles(from, ".")].map((file) => ({
    path: `${place}/${file.slice(2)}`,
    file: join(from, file),
  }));
}

/**
 * Ports are set raw, so that what is written arrives as it is. The disk is written to as tar writes, from its first byte; the host
 * reads up to the archive's end. `poweroff -f` ends QEMU.
 */
function initOf(loaded: readonly string[]): string {
  return `#!/bin/busybox sh
export PATH=/bin:/usr/bin HOME=/root TERM=dumb
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs shm /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs -o size=75% tmp /tmp
mount -t tmpfs run /run
mount -t tmpfs -o size=75% out ${GUEST_OUTPUT}
mount -t debugfs debug /sys/kernel/debug
mount -t tracefs trace /sys/kernel/tracing
ln -sf /proc/self/fd /dev/fd
ip link set lo up
stty -F ${GUEST_REPORT} raw -echo
report() { echo "$*" > ${GUEST_REPORT}; }
${
    loaded.map((file) => `insmod /lib/modules/${basename(file)} || report "failed insmod ${basename(file)}"`)
      .join("\n")
  }
export DENO_DIR=${GUEST_DENO_DIR} DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
cd ${GUEST_PROJECT} 2> /dev/null || cd /
cat > /run/verdict.sh <<'END'
# verdict ok|failed NAME [DETAIL]: one checked statement, for the host
as_json() { printf '%s' "$1" | tr '\\000-\\037' ' ' | sed 's/[\\\\"]/\\\\&/g'; }
verdict() { printf 'verdict {"ok":%s,"name":"%s","detail":"%s"}\\n' "$([ "$1" = ok ] && echo true || echo false)" "$(as_json "$2")" "$(as_json "$3")" > ${GUEST_REPORT}; }
# ask NAME [ARGUMENT]: the host does what it knows under that name
ask() { echo "ask $*" > ${GUEST_REPORT}; }
# keep_output: brings what is in ${GUEST_OUTPUT} until now to the host, for a script that may not come to its end
keep_output() { tar -c -f /dev/vda -C ${GUEST_OUTPUT} . && sync; }
END
report "started $(uname -r)"
sh -c '. /run/verdict.sh; . /script' < /dev/null
status=$?
dmesg > ${GUEST_OUTPUT}/dmesg.txt
# It does at its first report, or when it has no room left.
if [ -e /proc/lockdep_stats ]; then
  grep -Eq 'debug_locks: +1' /proc/lockdep_stats || report "failed lockdep has turned itself off"
fi
leaks=/sys/kernel/debug/kmemleak
if [ -e $leaks ]; then
  # What is younger than five seconds it takes for memory that somebody is about to remember.
  sleep 6
  { echo scan > $leaks && cat $leaks > ${GUEST_OUTPUT}/kmemleak.txt; } || report "failed scan for leaks"
  grep '^unreferenced object' ${GUEST_OUTPUT}/kmemleak.txt | sed 's/^/failed /' > ${GUEST_REPORT}
fi
report "tainted $(cat /proc/sys/kernel/tainted)"
sh -c '. /run/verdict.sh; keep_output' || report "failed tar"
report "done $status"
poweroff -f
`;
}
