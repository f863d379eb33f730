import { assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "@std/path";
import { findLockdown, findMissingDevice, findMissingRight, type SystemRoots } from "./linux_problem.ts";

const RELEASE = "6.1.0-56-amd64";

/** A system as far as these files show it; folders end with a slash. */
async function withSystem(
  files: Readonly<Record<string, string | Uint8Array>>,
  look: (roots: SystemRoots) => void,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, content] of Object.entries(files)) {
      const at = join(root, path);
      await Deno.mkdir(path.endsWith("/") ? at : dirname(at), { recursive: true });
      if (typeof content === "string" && !path.endsWith("/")) await Deno.writeTextFile(at, content);
      if (typeof content !== "string") await Deno.writeFile(at, content);
    }
    const folder = (name: string) => join(root, name);
    look({
      dev: folder("dev"),
      proc: folder("proc"),
      sys: folder("sys"),
      etc: folder("etc"),
      lib: folder("lib"),
      project: folder("project"),
      release: RELEASE,
      user: "ada",
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const headers = { [`lib/modules/${RELEASE}/build/Makefile`]: "" };
const built = { [`project/build/linux/${RELEASE}/ringscope.ko`]: "" };
const secureBoot = (value: number) => ({
  "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": Uint8Array.of(
    6,
    0,
    0,
    0,
    value,
  ),
});

Deno.test("without headers the driver cannot be built, and their package is named", () =>
  withSystem({}, (roots) => {
    const { found, advice } = findMissingDevice(roots);
    assertMatch(found, /not built for this kernel \(6\.1\.0-56-amd64\).*headers are not installed/);
    assertEquals(advice, `sudo apt-get install linux-headers-${RELEASE}, then deno task build:linux`);
  }));

Deno.test("with headers the next thing is to build the driver", () =>
  withSystem(headers, (roots) => {
    assertEquals(findMissingDevice(roots), {
      found: `the module ringscope is not built for this kernel (${RELEASE})`,
      advice: "deno task build:linux",
    });
  }));

Deno.test("a module of another kernel is not this one's", () =>
  withSystem({ ...headers, "project/build/linux/6.1.0-50-amd64/ringscope.ko": "" }, (roots) => {
    assertEquals(findMissingDevice(roots).advice, "deno task build:linux");
  }));

Deno.test("a module that is built is loaded by its path, an installed one by its name", async () => {
  await withSystem({ ...headers, ...built }, (roots) => {
    const path = join(roots.project, "build/linux", RELEASE, "ringscope.ko");
    assertEquals(findMissingDevice(roots), {
      found: "the module ringscope is built and not loaded",
      advice: `sudo insmod ${path}`,
    });
  });
  const dep = { [`lib/modules/${RELEASE}/modules.dep`]: "kernel/fs/a.ko:\nupdates/dkms/ringscope.ko.xz:\n" };
  await withSystem({ ...built, ...dep }, (roots) => {
    assertEquals(findMissingDevice(roots).advice, "sudo modprobe ringscope");
  });
});

Deno.test("where the kernel is locked down the module has to be signed first, and why is said", async () => {
  const lockdown = { "sys/kernel/security/lockdown": "none [integrity] confidentiality\n" };
  await withSystem({ ...built, ...lockdown, ...secureBoot(1) }, (roots) => {
    const { found, advice } = findMissingDevice(roots);
    assertMatch(found, /locked down \(integrity\) because of Secure Boot: an unsigned module is refused/);
    assertMatch(
      advice,
      /sign-file sha256 KEY\.priv KEY\.der .*ringscope\.ko \(a new key first: sudo mokutil --import/,
    );
    assertMatch(advice, /then sudo insmod /);
  });
  await withSystem({ ...lockdown, ...secureBoot(0) }, (roots) => {
    assertEquals(findLockdown(roots), "the kernel is locked down (integrity)");
  });
  await withSystem({ "sys/module/module/parameters/sig_enforce": "Y\n" }, (roots) => {
    assertEquals(findLockdown(roots), "the kernel takes signed modules only");
  });
  const open = {
    "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
    "sys/module/module/parameters/sig_enforce": "N\n",
  };
  await withSystem({ ...open, ...secureBoot(1) }, (roots) => assertEquals(findLockdown(roots), null));
});

Deno.test("a loaded module without a device file is one of a container", async () => {
  await withSystem({ "sys/module/ringscope/": "", "sys/class/misc/ringscope/dev": "10:124\n" }, (roots) => {
    const { found, advice } = findMissingDevice(roots);
    assertMatch(found, /is loaded, and \/dev\/ringscope is not there/);
    assertMatch(advice, /sudo mknod -m 660 \/dev\/ringscope c 10 124$/);
  });
  await withSystem({ "sys/module/ringscope/": "" }, (roots) => {
    assertEquals(findMissingDevice(roots).advice, "mount the system's /dev into it");
  });
});

const status = (groups: string) => ({
  "proc/self/status": `Name:\tx\nGid:\t1000\t1000\t1000\t1000\nGroups:\t${groups} \n`,
});

Deno.test("who may not open the device is told which step to the group is missing", async () => {
  const group = (members: string) => ({ "etc/group": `root:x:0:\nringscope:x:987:${members}\n` });
  await withSystem({ "etc/group": "root:x:0:\n", ...status("1000") }, (roots) => {
    const { found, advice } = findMissingRight(roots);
    assertMatch(found, /there is no group ringscope/);
    assertMatch(
      advice,
      /^sudo groupadd --system ringscope, sudo usermod -aG ringscope ada, sudo cp .*99-ringscope\.rules/,
    );
  });
  await withSystem({ ...group("bob"), ...status("27 1000") }, (roots) => {
    assertEquals(findMissingRight(roots), {
      found: "/dev/ringscope may not be opened by this user, who is not in the group ringscope",
      advice: "sudo usermod -aG ringscope ada; then newgrp ringscope",
    });
  });
  await withSystem({ ...group("bob,ada"), ...status("27 1000") }, (roots) => {
    const { found, advice } = findMissingRight(roots);
    assertMatch(found, /this shell is older than its membership/);
    assertEquals(advice, "newgrp ringscope");
  });
  await withSystem({ ...group("ada"), ...status("27 987 1000") }, (roots) => {
    const { found, advice } = findMissingRight(roots);
    assertMatch(found, /who is in the group ringscope: the device is not that group's/);
    assertMatch(advice, /^sudo cp driver\/linux\/99-ringscope\.rules \/etc\/udev\/rules\.d\//);
  });
});
