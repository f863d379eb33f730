/// <reference lib="deno.worker" />
import { openProducer } from "../producer.ts";

self.onmessage = ({ data }: MessageEvent<string>) => {
  using producer = openProducer(data);
  producer.write({ severity: 3, kind: 0, type: 0, remarks: 0, payload: new Uint8Array(8) });
  self.postMessage("logged");
  self.close();
};
