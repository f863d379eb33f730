import { assertEquals } from "@std/assert";
import { setColorEnabled } from "@std/fmt";
import { stoppedService, windowsFacts } from "../../capture/windows/test_support.ts";
import { driverJson, driverReport, type DriverStatus } from "./driver_report.ts";

const running: DriverStatus = {
  facts: windowsFacts({ service: { ...stoppedService, state: "running", start: "boot" } }),
  answer: {
    version: {
      deviceAbi: 1,
      ringAbiMajor: 1,
      ringAbiMinor: 2,
      version: "0.1.0",
      setCount: 1,
      memoryUsed: 2n ** 20n,
      memoryLimit: 2n ** 28n,
    },
    sets: [{
      name: "net",
      setId: "00",
      totalBytes: 2 ** 20,
      consumerOff: 2 ** 19,
      ringBytes: 2 ** 16,
      ringCount: 4,
      mode: 0,
      order: 0,
      isStarted: false,
      isClaimed: true,
      claimerPid: 77,
      mapped: 1,
      isEphemeral: false,
      sources: 0n,
    }],
  },
  problem: null,
  signing: null,
};

Deno.test("the state of a driver that runs tells where it is from, what it is and what it has", () => {
  setColorEnabled(false);
  assertEquals(driverReport(running).split("\n"), [
    "state     running, start boot",
    "file      C:\\Windows\\System32\\drivers\\ringscope.sys",
    "version   0.1.0, device ABI 1, rings of ABI 1.2, 1 MiB of 256 MiB in use",
    "set       net: 4 rings of 64 KiB, stopped, drained by process 77",
    "",
  ]);
  const { state, start, version, sets, memory_used, problem } = driverJson(running);
  assertEquals({ state, start, version, sets, memory_used, problem }, {
    state: "running",
    start: "boot",
    version: "0.1.0",
    sets: [{ name: "net", rings: 4, ring_bytes: 65536, started: false, drained_by: 77 }],
    memory_used: 2 ** 20,
    problem: null,
  });
});

Deno.test("of a driver that is not there the problem and the next step are told", () => {
  setColorEnabled(false);
  const facts = windowsFacts({ service: null });
  const missing = {
    facts,
    answer: null,
    problem: "it is not installed; deno task driver install",
    signing: null,
  };
  assertEquals(driverReport(missing).split("\n"), [
    "state     not installed",
    "problem   it is not installed",
    "          → deno task driver install",
    "",
  ]);
  assertEquals(driverJson(missing)["state"], "not installed");
});
