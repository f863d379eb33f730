import { assertEquals, assertMatch } from "@std/assert";
import { encodeWide } from "../../ffi/wide_text.ts";
import { explainFailure, Win32 } from "./service_failure.ts";
import { stoppedService, windowsFacts } from "./test_support.ts";
import { hasTestSigning } from "./windows_facts.ts";
import { findMissingDevice, findMissingRight, findSignatureProblem } from "./windows_problem.ts";

Deno.test("without a driver the next thing is to build it, with one to install it, and then to start it", () => {
  const missing = findMissingDevice(windowsFacts({ service: null, built: null }));
  assertMatch(missing.found, /not installed, and there is none in build\\windows/);
  assertMatch(
    missing.advice,
    /^build it on Linux \(deno task build:windows\).*then deno task driver install$/,
  );
  assertEquals(findMissingDevice(windowsFacts({ service: null })), {
    found: "the driver ringscope.sys is not installed",
    advice: "deno task driver install",
  });
  assertEquals(findMissingDevice(windowsFacts()), {
    found: "the driver ringscope.sys is installed and not started (it is stopped)",
    advice: "deno task driver start",
  });
  const disabled = windowsFacts({ service: { ...stoppedService, start: "disabled" } });
  assertMatch(findMissingDevice(disabled).advice, /^deno task driver install, which lets it be started/);
  const other = windowsFacts({ service: { ...stoppedService, state: "running" } });
  assertMatch(findMissingDevice(other).found, /its device is not there/);
});

Deno.test("who is no administrator is told where to type the command", () => {
  const { advice } = findMissingDevice(windowsFacts({ isElevated: false }));
  assertEquals(advice, 'deno task driver start, in a terminal that was opened by "Run as administrator"');
  assertMatch(
    findMissingRight(windowsFacts({ isElevated: false })).found,
    /this terminal has not got their rights$/,
  );
  assertMatch(findMissingRight(windowsFacts()).found, /although this process has an administrator's rights/);
});

Deno.test("a driver whose signature was refused is told why, with Secure Boot before test signing", () => {
  const refused = { ...stoppedService, exitCode: 577 };
  const { found, advice } = findMissingDevice(
    windowsFacts({ service: refused, isTestSigning: false, isSecureBoot: true, isMemoryIntegrity: true }),
  );
  assertMatch(found, /test signing is off.*Secure Boot keeps it off.*memory integrity \(HVCI\) is on/);
  assertMatch(advice, /switch Secure Boot off in the firmware, bcdedit \/set testsigning on/);
  assertEquals(findSignatureProblem(windowsFacts()), null);
  const plain = findSignatureProblem(windowsFacts({ isTestSigning: false }));
  assertMatch(plain?.advice ?? "", /^on a machine for tests: bcdedit \/set testsigning on/);
});

Deno.test("test signing is found among the options that the system was started with", () => {
  assertEquals(hasTestSigning(encodeWide(" TESTSIGNING  NOEXECUTE=OPTIN")), true);
  assertEquals(hasTestSigning(encodeWide(" NOEXECUTE=OPTIN  NOVGA")), false);
  assertEquals(hasTestSigning(encodeWide(" NOTESTSIGNING")), false);
  assertEquals(hasTestSigning(null), false, "where the value cannot be read");
});

Deno.test("each error of the service manager has a next step, and one that is not known its number", () => {
  const say = (code: number, facts = windowsFacts()) =>
    explainFailure("start the driver", code, facts).message;
  assertMatch(
    say(577, windowsFacts({ isTestSigning: false })),
    /^start the driver: test signing is off.*\(error 577\); /,
  );
  assertMatch(
    say(577),
    /refused, although test signing is on \(error 577\); sign it with a test certificate/,
  );
  assertMatch(say(1275, windowsFacts({ isMemoryIntegrity: true })), /memory integrity.*Core isolation$/);
  assertMatch(say(Win32.accessDenied), /Run as administrator/);
  assertMatch(
    say(Win32.fileNotFound),
    /drivers\\ringscope\.sys is not there \(error 2\); deno task driver install$/,
  );
  assertMatch(say(4242), /refuses \(error 4242\); what the number means: net helpmsg 4242$/);
  for (const code of Object.values(Win32)) assertMatch(say(code), /^start the driver: .+ \(error \d+\); .+/);
});
