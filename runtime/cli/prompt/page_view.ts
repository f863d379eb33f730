import { stripAnsiCode } from "@std/fmt";

/** What a pager shows of a text. */
export interface PageView {
  readonly lines: readonly string[];
  /** The first line and the first column on the screen. */
  readonly top: number;
  readonly left: number;
  /** The screen. */
  readonly rows: number;
  readonly columns: number;
}

/** Half a screen at a time, so that the eye keeps its place. */
const SIDEWAYS = 0.5;

/** The view after a key. */
export function movePage(view: PageView, key: string): PageView {
  const height = Math.max(view.rows - 1, 1);
  const lowest = Math.max(view.lines.length - height, 0);
  const step = Math.max(Math.floor(view.columns * SIDEWAYS), 1);
  const to = (top: number) => ({ ...view, top: Math.min(Math.max(top, 0), lowest) });
  switch (key) {
    case "up":
      return to(view.top - 1);
    case "down":
      return to(view.top + 1);
    case "page-up":
      return to(view.top - height);
    case "page-down":
      return to(view.top + height);
    case "home":
      return to(0);
    case "end":
      return to(lowest);
    case "left":
      return { ...view, left: Math.max(view.left - step, 0) };
    case "right": {
      const widest = Math.max(...view.lines.map((line) => stripAnsiCode(line).length));
      return view.left + view.columns < widest ? { ...view, left: view.left + step } : view;
    }
    default:
      return to(view.top);
  }
}

/** What a terminal shows the view by: the whole screen, with the keys in the last line. */
export function drawPage({ lines, top, left, rows, columns }: PageView): string {
  const height = Math.max(rows - 1, 1);
  const shown = lines.slice(top, top + height);
  const cut = shown.map((line) => [...stripAnsiCode(line)].slice(left, left + columns).join(""));
  const last = Math.min(top + height, lines.length);
  const status = `lines ${top + 1}-${last} of ${lines.length}  (arrows, Space, b, g, G; q leaves)`.slice(
    0,
    columns,
  );
  return `\x1b[H${
    cut.map((line) => `${line}\x1b[K\r\n`).join("")
  }\x1b[J\x1b[${rows};1H\x1b[7m${status}\x1b[27m\x1b[K`;
}
