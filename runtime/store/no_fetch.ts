/**
 * Stands in for `XMLHttpRequest`, through which DuckDB-WASM fetches extensions and remote files. Without it the engine
 * waits for ever where there is no network; with it every fetch is answered at once with 404, and DuckDB goes on
 * with a clear error.
 *
 * @module
 */

/** As much of the interface as DuckDB-WASM's loader uses. */
class RefusedRequest {
  status = 0;
  statusText = "";
  response: ArrayBuffer | null = null;
  responseText = "";
  responseType = "";
  readyState = 0;

  open(): void {
    this.readyState = 1;
  }

  send(): void {
    this.readyState = 4;
    this.status = 404;
    this.statusText = "Not Found";
    this.response = new ArrayBuffer(0);
  }

  setRequestHeader(): void {}

  overrideMimeType(): void {}

  getResponseHeader(): null {
    return null;
  }

  getAllResponseHeaders(): string {
    return "";
  }
}

/** Lets no query of this thread fetch anything. */
export function refuseFetches(): void {
  Object.defineProperty(globalThis, "XMLHttpRequest", {
    value: RefusedRequest,
    configurable: true,
    writable: true,
  });
}
