/**
 * Chromium without a window, driven by the DevTools protocol: what a test needs to look at a page as people do.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { delay } from "@std/async";

/** Names under which the systems ship it. */
const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The program; null where there is none. */
export async function findChromium(): Promise<string | null> {
  for (const path of PROGRAMS) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return null;
}

/** How a page is shown. */
export interface PageView {
  readonly width: number;
  readonly theme: "light" | "dark";
}

/** A message of the protocol, as far as it is used here. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A browser with one page. It is spoken to through two pipes, since tests have no network. */
export class Browser implements AsyncDisposable {
  /** What the page complained about: errors on its console, exceptions, violations of its policy. */
  readonly complaints: string[] = [];
  /** Addresses that the page asked for, without itself and `data:`. */
  readonly requests: string[] = [];
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  /** Documents whose load was heard of. */
  readonly #loaded = new Set<string>();
  /** The document that {@link open} waits for. */
  #awaited: { readonly loaderId: string; readonly loaded: PromiseWithResolvers<void> } | null = null;
  readonly #ended: Promise<void>;
  #isEnded = false;
  #sessionId: string | undefined;
  #lastId = 0;

  private constructor(process: ChildProcess, profile: string) {
    this.#process = process;
    this.#profile = profile;
    this.#ended = new Promise((resolve) => process.once("exit", resolve)).then(() => this.#end());
    // What is written to a program that has ended fails; that it has ended is said by its exit.
    process.stdio[3]!.on("error", () => {});
    const decoder = new TextDecoder();
    let pending = "";
    process.stdio[4]!.on("data", (bytes: Uint8Array) => {
      const messages = (pending + decoder.decode(bytes, { stream: true })).split("\0");
      pending = messages.pop() ?? "";
      for (const message of messages) this.#hear(JSON.parse(message));
    });
  }

  /** Starts it. It has nothing of the user's: its profile is a folder of its own. */
  static async start(program: string): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "ringscope-browser-" });
    const process = spawn(program, [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--hide-scrollbars",
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
      "about:blank",
    ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const browser = new Browser(process, profile);
    const { targetId } = await browser.ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.ask("Target.attachToTarget", { targetId, flatten: true });
    browser.#sessionId = String(sessionId);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await browser.ask(`${domain}.enable`);
    await browser.ask("Page.setLifecycleEventsEnabled", { enabled: true });
    return browser;
  }

  /** Shows a file. */
  async open(path: string, view: PageView): Promise<void> {
    this.complaints.length = 0;
    this.requests.length = 0;
    await this.show(view);
    const { loaderId } = await this.ask("Page.navigate", { url: `file://${path}` });
    await this.#untilLoaded(String(loaderId));
  }

  /** Shows the page that is open in another way. */
  async show({ width, theme }: PageView): Promise<void> {
    await this.ask("Emulation.setDeviceMetricsOverride", {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: width < 500,
    });
    await this.ask("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: theme }],
    });
  }

  /** What an expression gives in the page; a promise is waited for. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    }) as { result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } } };
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** A picture of the whole page, or of a part of it, as PNG. */
  async picture(clip?: { x: number; y: number; width: number; height: number }): Promise<Uint8Array> {
    const { data } = await this.ask("Page.captureScreenshot", {
      captureBeyondViewport: true,
      ...(clip && { clip: { ...clip, scale: 1 } }),
    });
    return Uint8Array.from(atob(String(data)), (letter) => letter.charCodeAt(0));
  }

  /** The page on paper, as PDF. */
  async print(): Promise<Uint8Array> {
    const { data } = await this.ask("Page.printToPDF", {
      printBackground: false,
      paperWidth: 8.27,
      paperHeight: 11.69,
    });
    return Uint8Array.from(atob(String(data)), (letter) => letter.charCodeAt(0));
  }

  /** Sends a command of the protocol. */
  async ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    if (this.#isEnded) throw endedError();
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, waiting);
    const session = this.#sessionId === undefined ? {} : { sessionId: this.#sessionId };
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return await waiting.promise;
  }

  /** Other documents load as well, and the load of this one may be heard of before it is known which one it is. */
  async #untilLoaded(loaderId: string): Promise<void> {
    if (this.#loaded.has(loaderId)) return;
    if (this.#isEnded) throw endedError();
    const loaded = Promise.withResolvers<void>();
    this.#awaited = { loaderId, loaded };
    await loaded.promise;
  }

  #hearLoad(loaderId: string): void {
    this.#loaded.add(loaderId);
    if (this.#awaited?.loaderId === loaderId) this.#awaited.loaded.resolve();
  }

  /** Nobody answers any more. */
  #end(): void {
    this.#isEnded = true;
    for (const { reject } of this.#waiting.values()) reject(endedError());
    this.#waiting.clear();
    this.#awaited?.loaded.reject(endedError());
  }

  #hear({ id, method = "", params = {}, result, error }: Message): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error !== undefined) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result ?? {});
      return;
    }
    if (method === "Page.lifecycleEvent" && params.name === "load") this.#hearLoad(String(params.loaderId));
    const text = JSON.stringify(params);
    if (method === "Runtime.exceptionThrown") this.complaints.push(text);
    if (method === "Runtime.consoleAPICalled" && /"type":"(error|warning|assert)"/.test(text)) {
      this.complaints.push(text);
    }
    if (method === "Log.entryAdded" && /"level":"(error|warning)"/.test(text)) this.complaints.push(text);
    if (method === "Network.requestWillBeSent") {
      const { url } = params.request as { url: string };
      if (!/^(file|data|about):/.test(url) || !url.endsWith(".html")) this.requests.push(url);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sessionId = undefined;
    // It may end before its answer is on the pipe.
    await this.ask("Browser.close").catch(() => {});
    await this.#ended;
    // Its helpers may still be writing when it has ended.
    for (let round = 0; round < 40; round++) {
      const isGone = await Deno.remove(this.#profile, { recursive: true }).then(() => true, () => false);
      if (isGone) return;
      await delay(50);
    }
  }
}

function endedError(): Error {
  return new Error("Chromium has ended by itself: it may have crashed, or run out of memory");
}
