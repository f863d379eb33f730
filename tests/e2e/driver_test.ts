import { assertEquals, assertMatch } from "@std/assert";
import { newUser } from "./ringscope.ts";

Deno.test({
  name: "on Linux driver says what does the same for a module",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using user = await newUser();
    const cases: [string, RegExp][] = [
      ["install", /deno task build:linux.*dkms install ringscope/],
      ["start", /insmod build\/linux.*modprobe ringscope/],
      ["stop", /rmmod ringscope/],
      ["remove", /dkms remove ringscope/],
      ["status", /deno task doctor/],
    ];
    for (const [action, says] of cases) {
      const { code, stdout, stderr } = await user.run(["driver", action]);
      assertEquals([code, stdout], [2, ""], action);
      assertMatch(stderr, /this is linux, and the command is for the service manager of Windows/);
      assertMatch(stderr, says);
    }
  },
});

Deno.test({
  name: "on Linux the Windows kernel is refused as another system's",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using user = await newUser();
    const { code, stderr } = await user.run(["capture", "--windows=net", "--duration", "1s"]);
    assertEquals(code, 2);
    assertMatch(stderr, /record the Windows driver's set "net": this is linux; the driver is for Windows/);
    const named = await user.run(["control", "\\\\.\\Ringscope@net"]);
    assertEquals(named.code, 2);
    assertMatch(
      named.stderr,
      /control the sites of \\\\\.\\Ringscope@net: this is linux; the driver is for Windows/,
    );
  },
});
