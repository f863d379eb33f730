/**
 * Golden images of a kernel's ring sets. While its machine runs a reader waits for what a processor was interrupted in; in an image of its
 * memory nobody will ever finish it. See golden_cases.ts.
 * @module
 */
import { EntryFlag } from "../../runtime/abi/layout.ts";
import { image } from "./image_builder.ts";

const { softirq, hardirq, nmi } = EntryFlag;

/** Builders by name of the image. */
export const kernelCases: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "kernel_contexts_nested": () =>
    image({ rings: 2, isKernel: true })
      .ring(0).entry({ text: "task, reserved first", index: 3, ticks: 1000 })
      .entry({ text: "softirq in it", index: 2, ticks: 1010, flags: softirq, depth: 1 })
      .entry({ text: "hard interrupt in that", index: 1, ticks: 1020, flags: hardirq, depth: 2 })
      .entry({ text: "NMI in that", index: 0, ticks: 1030, flags: nmi, depth: 3 })
      .ring(1).entry({ text: "on another processor", index: 4 })
      .bytes(),

  "kernel_marked_and_interrupted": () =>
    image({ rings: 2, isKernel: true })
      .ring(0).entry({ text: "before" })
      .marked({ text: "a task that was interrupted for good" })
      .entry({ text: "the interrupt", flags: hardirq, depth: 1 })
      .ring(1).entry({ text: "on another processor" })
      .bytes(),

  "kernel_unmarked_and_interrupted": () =>
    image({ rings: 2, isKernel: true })
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "interrupted between the swap and the mark" })
      .entry({ text: "the interrupt", flags: hardirq, depth: 1 })
      .ring(1).entry({ text: "on another processor" })
      .bytes(),

  "kernel_unmarked_deeper_than_its_records": () =>
    image({ rings: 2, isKernel: true })
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "nested too deep for a record", hasIntent: false })
      .entry({ text: "deeper still", flags: nmi, hasIntent: false })
      .set.deepWrites(0, 1)
      .ring(1).entry({ text: "on another processor" })
      .bytes(),

  "kernel_two_processors_unfinished": () =>
    image({ rings: 2, processors: [3, 6], isKernel: true })
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "interrupted between the swap and the mark" })
      .ring(1).marked({ text: "in the middle of its payload", flags: softirq, depth: 1 })
      .entry({ text: "behind", flags: hardirq, depth: 2 })
      .bytes(),

  "kernel_overwriting": () =>
    image({ rings: 2, isKernel: true, mode: "overwrite" })
      .ring(0).entry({ text: "before" })
      .marked({ text: "a task that was interrupted for good" })
      .entry({ text: "the interrupt", flags: hardirq, depth: 1 })
      .ring(1).entry({ text: "on another processor" })
      .bytes(),
};
