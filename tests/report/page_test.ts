import axe from "axe-core";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { renderComparison } from "../../runtime/report/comparison/render_comparison.ts";
import { readReport } from "../../runtime/report/data/read_report.ts";
import type { CaptureReport } from "../../runtime/report/data/report_data.ts";
import { renderReport } from "../../runtime/report/render_report.ts";
import { openStore } from "../../runtime/store/store.ts";
import { makeCapture } from "../support/make_capture.ts";
import { Browser, findChromium, type PageView } from "./browser.ts";
import { hostile, known, lossy, manyProcessors } from "./captures.ts";
import { judgement, sides } from "./judgements.ts";

const WIDTHS = [360, 800, 1600] as const;
const THEMES = ["light", "dark"] as const;
const VIEWS: readonly PageView[] = WIDTHS.flatMap((width) => THEMES.map((theme) => ({ width, theme })));

/** Pages that have between them every part that there is; the others are checked in light colours alone, since a check takes a second. */
const BOTH_THEMES: ReadonlySet<string> = new Set([
  "a capture with losses beside one",
  "300 processors",
  "a comparison",
]);

const chromium = await findChromium();
const dir = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));

/** Reads captures at once, since starting an engine takes a second. */
async function read(): Promise<Map<string, CaptureReport>> {
  const inputs = {
    known: known(),
    slower: known(2),
    lossy: lossy(),
    empty: {},
    many: manyProcessors(300),
    hostile: hostile(),
  };
  const paths: string[] = [];
  for (const [name, input] of Object.entries(inputs)) paths.push(await makeCapture(dir, name, input));
  await using store = await openStore(paths, { engine: "native" });
  return new Map((await readReport(store)).map((report) => [report.head.name, report]));
}

/** Files of pages by what they show. */
async function writePages(): Promise<Map<string, string>> {
  const reports = await read();
  const of = (...names: string[]) => renderReport(names.map((name) => reports.get(name)!));
  const pages: Record<string, string> = {
    "a capture": await of("known"),
    "two captures": await of("known", "slower"),
    "a capture with losses beside one": await of("known", "lossy"),
    "an empty capture": await of("empty"),
    "an empty capture beside one": await of("empty", "known"),
    "300 processors": await of("many"),
    "a hostile capture": await of("hostile"),
    "two hostile captures": await of("hostile", "hostile"),
    "a comparison": await renderComparison(judgement(), sides()),
    "a hostile comparison": await renderComparison(judgement({ hostile: true }), sides({ hostile: true })),
  };
  const files = new Map<string, string>();
  for (const [name, text] of Object.entries(pages)) {
    const path = join(dir, `${name.replaceAll(" ", "-")}.html`);
    await Deno.writeTextFile(path, text);
    files.set(name, path);
  }
  return files;
}

const pages = await writePages();

/** Rules that axe found broken, each with where. */
const AXE = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html, failureSummary }) => id + ": " + html.slice(0, 200) + " " + failureSummary)))`;
/** Elements that reach beyond the page although nothing scrolls them. */
const wider = (width: number) =>
  `[...document.querySelectorAll("main *, header *")].filter((one) =>
  !one.closest(".scroll, .hidden, svg") && one.getBoundingClientRect().right > ${width} + 1).map((one) => one.outerHTML.slice(0, 120))`;

Deno.test({
  name: "pages are whole in a browser",
  ignore: chromium === null,
  fn: async (t) => {
    await using browser = await Browser.start(chromium!);
    for (const [name, path] of pages) {
      for (const view of VIEWS) {
        await t.step(
          `${name}: ${view.width} px, ${view.theme}, without complaint, request, overflow`,
          async () => {
            await browser.open(path, view);
            assertEquals(browser.complaints, []);
            assertEquals(browser.requests, []);
            assertEquals(await browser.evaluate(wider(view.width)), []);
            assertEquals(await browser.evaluate("document.documentElement.scrollWidth"), view.width);
          },
        );
      }
      await t.step(
        `${name}: nothing is hidden from those who cannot see it, and all can be read`,
        async () => {
          for (const theme of BOTH_THEMES.has(name) ? THEMES : ["light"] as const) {
            await browser.open(path, { width: 800, theme });
            await browser.evaluate(
              `document.querySelectorAll("details").forEach((one, at) => { if (at % 5 === 0) one.open = true; })`,
            );
            await browser.evaluate(axe.source);
            assertEquals(await browser.evaluate(AXE), [], theme);
          }
        },
      );
    }

    await t.step("nothing that a log says becomes part of a page", async () => {
      for (const name of ["a hostile capture", "two hostile captures", "a hostile comparison"]) {
        await browser.open(pages.get(name)!, { width: 800, theme: "light" });
        assertMatch(await browser.evaluate<string>("document.title"), / · Ringscope$/);
        const foreign = await browser.evaluate<string[]>(
          `[...document.querySelectorAll("main img, main script, main iframe, main a:not([href^='#']), [onerror], [onload], body > script ~ script")].map((one) => one.outerHTML)`,
        );
        assertEquals(foreign, [], name);
        const text = await browser.evaluate<string>("document.body.textContent");
        assert(text.includes("<script>document.title"), "the text itself is there to be read");
        assertEquals(
          text.match(/[\u202a-\u202e\u2066-\u2069\u200b]/gu),
          null,
          "nothing turns or hides text",
        );
      }
    });

    await t.step("a script that got in all the same would not run", async () => {
      const path = join(dir, "broken.html");
      const text = await Deno.readTextFile(pages.get("a capture")!);
      await Deno.writeTextFile(
        path,
        text.replace(
          "</main>",
          `<script>document.title = "taken"</script><img src="x" onerror="document.title='taken'"></main>`,
        ),
      );
      await browser.open(path, { width: 800, theme: "light" });
      // That is told; and the picture that is not there has been given up before a page counts as loaded.
      while (!browser.complaints.some((one) => one.includes("Content Security Policy"))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assertMatch(await browser.evaluate<string>("document.title"), /^known/);
    });

    await t.step("the switch turns the theme, and back", async () => {
      await browser.open(pages.get("a capture")!, { width: 800, theme: "light" });
      const background = () => browser.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      const before = await background();
      await browser.evaluate(`document.getElementById("theme").click()`);
      const dark = await background();
      await browser.evaluate(`document.getElementById("theme").click()`);
      assert(before !== dark);
      assertEquals(await background(), before);
    });

    await t.step("a chart tells what is under the pointer, as its table does", async () => {
      await browser.open(pages.get("a capture")!, { width: 1600, theme: "light" });
      const hint = await browser.evaluate<{ names: string[]; values: string[]; row: string[] }>(`(() => {
        const figure = document.getElementById("rate-a");
        figure.scrollIntoView();
        const drawing = [...figure.querySelectorAll(".drawing")].find((one) => one.offsetWidth > 0);
        const box = drawing.getBoundingClientRect();
        const [left, right] = drawing.dataset.area.split(" ").map(Number);
        const at = left + (right - left) * 0.795;
        drawing.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + box.width * at, clientY: box.top + 20, bubbles: true }));
        const pairs = [...document.querySelectorAll("#hint > div")];
        const row = [...figure.querySelectorAll("tbody tr")].filter((one) => Number(one.dataset.from) <= 0.795).at(-1);
        return {
          names: pairs.map((one) => one.children[0].textContent),
          values: pairs.map((one) => one.children[1].textContent),
          row: [...row.cells].map((one) => one.textContent),
        };
      })()`);
      assertEquals(hint.values, hint.row);
      assertEquals(
        [hint.names[0], hint.names[4], hint.values[4]],
        ["time", "errors", "1"],
        "the error at 79 ms",
      );
    });

    await t.step("each place has one drawing, made for its width", async () => {
      for (const width of WIDTHS) {
        await browser.open(pages.get("two captures")!, { width, theme: "light" });
        const counts = await browser.evaluate<number[]>(
          `[...document.querySelectorAll("figure.chart")].map((one) => [...one.querySelectorAll(".drawing")].filter((drawing) => drawing.offsetWidth > 0).length)`,
        );
        assert(counts.length > 8 && counts.every((count) => count === 1), String(counts));
        const sizes = await browser.evaluate<number[]>(
          `[...document.querySelectorAll(".drawing .plot")].filter((one) => one.parentElement.offsetWidth > 0).map((one) => parseFloat(getComputedStyle(one).fontSize) * one.getBoundingClientRect().width / one.viewBox.baseVal.width)`,
        );
        for (const size of sizes) assert(size > 8.4 && size < 19, `texts of ${size} px at ${width} px`);
      }
    });

    await t.step("paper gets light colours, no switch, and every chart", async () => {
      await browser.open(pages.get("two captures")!, { width: 800, theme: "dark" });
      const pdf = await browser.print();
      assertEquals(new TextDecoder().decode(pdf.subarray(0, 5)), "%PDF-");
      assert(pdf.length > 50_000);
      await browser.ask("Emulation.setEmulatedMedia", {
        media: "print",
        features: [{ name: "prefers-color-scheme", value: "dark" }],
      });
      const seen = await browser.evaluate<string[]>(
        `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector(".panel")).color, getComputedStyle(document.getElementById("theme")).display]`,
      );
      assertEquals(seen, ["rgb(255, 255, 255)", "rgb(27, 36, 48)", "none"]);
      await browser.ask("Emulation.setEmulatedMedia", { media: "" });
    });
  },
});

Deno.test("the same captures give the same page, byte for byte", async () => {
  const reports = await (async () => {
    const paths = ["known", "lossy"].map((name) => join(dir, name));
    await using store = await openStore(paths, { engine: "native" });
    return await readReport(store);
  })();
  assertEquals(await renderReport(reports), await renderReport(structuredClone(reports)));
});
