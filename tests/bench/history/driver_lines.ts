/**
 * What drivers of a busy machine log: requests and their ends, packets, interrupts, mappings, now and then trouble.
 * @module
 */
import type { Chance } from "./chance.ts";
import type { TextBuffer } from "./text_buffer.ts";

/** Who logs, and where. */
export interface Writer {
  readonly processor: number;
  /** Request number, counted up by the lines of a request. */
  request: number;
}

interface Line {
  /** Of a thousand lines so many are this one. */
  readonly share: number;
  /** 1 trace to 6 fatal. */
  readonly severity: number;
  write(text: TextBuffer, chance: Chance, writer: Writer): void;
}

const STATUSES = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x4002, 0x2081];
const PACKET_BYTES = [60, 66, 66, 66, 590, 1514, 1514, 1514];
const REQUEST_MEAN_US = 180;
const INTERRUPT_MEAN_NS = 1_900;
/** Requests are numbered up to here, and then from 0 again. */
const REQUESTS = 100_000_000;

const LINES: readonly Line[] = [
  line(290, 2, "nvme{} request {} queue {} opcode {} lba {} length {}", (text, chance, writer, part) => {
    writer.request = (writer.request + 1) % REQUESTS;
    part(), text.decimal(writer.request & 1);
    part(), text.decimal(writer.request);
    part(), text.decimal(writer.processor);
    part(), hex(text, chance.below(3), 2);
    part(), hex(text, chance.below(0x1_0000) * 8, 8);
    part(), text.decimal(8 << chance.below(5));
  }),
  line(290, 3, "nvme{} request {} completed, status {}, {} us", (text, chance, writer, part) => {
    part(), text.decimal(writer.request & 1);
    part(), text.decimal(writer.request);
    part(), hex(text, STATUSES[chance.below(STATUSES.length)]!, 4);
    part(), text.decimal(40 + chance.waiting(REQUEST_MEAN_US));
  }),
  line(160, 1, "eth{}: rx queue {}: packet of {} bytes, checksum ok", (text, chance, writer, part) => {
    part(), text.decimal(chance.below(2));
    part(), text.decimal(writer.processor);
    part(), text.decimal(PACKET_BYTES[chance.below(PACKET_BYTES.length)]!);
  }),
  line(120, 2, "irq {} handled in {} ns", (text, chance, writer, part) => {
    part(), text.decimal(120 + writer.processor);
    part(), text.decimal(400 + chance.waiting(INTERRUPT_MEAN_NS));
  }),
  line(90, 2, "dma: mapped 0xffff8881{} for nvme{}, {} pages", (text, chance, writer, part) => {
    part(), text.hex(chance.below(0x4000) * 0x1000, 8);
    part(), text.decimal(writer.request & 1);
    part(), text.decimal(1 << chance.below(4));
  }),
  line(30, 3, "usb 1-{}: urb submitted, endpoint {}, length 512", (text, chance, _writer, part) => {
    part(), text.decimal(1 + chance.below(6));
    part(), hex(text, 0x81 + chance.below(4), 2);
  }),
  line(14, 4, "nvme{} request {} is slow: {} us, queue depth {}", (text, chance, writer, part) => {
    part(), text.decimal(writer.request & 1);
    part(), text.decimal(writer.request);
    part(), text.decimal(10_000 + chance.waiting(20_000));
    part(), text.decimal(1 + chance.below(64));
  }),
  line(5, 5, "eth{}: transmit timed out on queue {}, {} packets dropped", (text, chance, writer, part) => {
    part(), text.decimal(chance.below(2));
    part(), text.decimal(writer.processor);
    part(), text.decimal(1 + chance.below(32));
  }),
  line(1, 6, "nvme{}: controller is dead, resetting", (text, _chance, writer, part) => {
    part(), text.decimal(writer.request & 1);
  }),
];

/** The line of each number below 1000. */
const BY_SHARE: readonly Line[] = LINES.flatMap((line) => Array<Line>(line.share).fill(line));
const PREFIX_HEX = new TextEncoder().encode("0x");

/** Adds one line of `writer`; its severity. */
export function writeLine(text: TextBuffer, chance: Chance, writer: Writer): number {
  const line = BY_SHARE[chance.below(BY_SHARE.length)]!;
  line.write(text, chance, writer);
  return line.severity;
}

/** `fill` puts one value at each `{}`, after `part()` has put the text before it. */
function line(
  share: number,
  severity: number,
  template: string,
  fill: (text: TextBuffer, chance: Chance, writer: Writer, part: () => void) => void,
): Line {
  const parts = template.split("{}").map((part) => new TextEncoder().encode(part));
  return {
    share,
    severity,
    write(text, chance, writer) {
      let at = 0;
      const part = () => text.put(parts[at++]!);
      fill(text, chance, writer, part);
      part();
    },
  };
}

function hex(text: TextBuffer, value: number, digits: number): void {
  text.put(PREFIX_HEX);
  text.hex(value, digits);
}
