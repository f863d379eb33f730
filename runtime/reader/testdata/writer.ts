/**
 * A process that logs through the real driver, as fallback_capture_test.ts tells it line by line on standard input:
 *
 *     send N       logs N entries; their `remarks` count from 0
 *     reserve      reserves an entry and does not finish it
 *     commit       finishes it
 *
 * It answers each line with one line. Arguments: path of the driver library, path of the rings to make, bytes of each ring, and the
 * numbers of their mode and order.
 * @module
 */
const [library, rings, ringBytes, mode, order] = Deno.args;
if (library === undefined || rings === undefined || ringBytes === undefined) {
  throw new TypeError("three to five arguments");
}

const driver = Deno.dlopen(library, {
  rs_create: { parameters: ["buffer", "buffer", "buffer", "usize"], result: "i32" },
  rs_send: { parameters: ["u32", "u32", "buffer", "usize"], result: "i32" },
  rs_reserve: { parameters: ["i32", "i32", "u32", "u32", "usize", "buffer"], result: "i32" },
  rs_commit: { parameters: ["buffer"], result: "void" },
});

/** `rs_create_options_t`: two rings. */
const options = new Uint8Array(32);
new DataView(options.buffer).setUint32(0, 2, true);
new DataView(options.buffer).setUint32(4, Number(mode ?? 0), true);
new DataView(options.buffer).setUint32(8, Number(order ?? 0), true);
new DataView(options.buffer).setBigUint64(16, BigInt(ringBytes), true);
const message = new Uint8Array(512);
const created = driver.symbols.rs_create(
  new TextEncoder().encode(`${rings}\0`),
  options,
  message,
  BigInt(message.length),
);
if (created !== 0) throw new Error(new TextDecoder().decode(message));
console.log("ready");

const payload = new TextEncoder().encode("from the writer!");
const slot = new Uint8Array(64);
let sent = 0;
let refused = 0;

function obey(line: string): string {
  const [word, count] = line.split(" ");
  switch (word) {
    case "send":
      for (let n = 0; n < Number(count); n++) {
        const status = driver.symbols.rs_send(7, sent++, payload, BigInt(payload.length));
        if (status === 1) refused++;
        else if (status !== 0) throw new Error(`rs_send returned ${status}`);
      }
      return `${refused}`;
    case "reserve":
      return String(driver.symbols.rs_reserve(3, 1, 8, sent++, 16n, slot));
    case "commit":
      driver.symbols.rs_commit(slot);
      return "0";
    default:
      throw new TypeError(`unknown word ${word}`);
  }
}

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const text of lines) {
  rest += text;
  for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
    console.log(obey(rest.slice(0, end)));
    rest = rest.slice(end + 1);
  }
}
