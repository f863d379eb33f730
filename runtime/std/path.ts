/**
 * `path` of Deno's standard library, with types, in the form of the system that it runs on.
 * @module
 */
import { basename as lastPart } from "deno-std/path/basename.js";
import { dirname as folder } from "deno-std/path/dirname.js";
import { extname as extension } from "deno-std/path/extname.js";
import { fromFileUrl as urlToPath } from "deno-std/path/from_file_url.js";
import { isAbsolute as absolute } from "deno-std/path/is_absolute.js";
import { join as joinParts } from "deno-std/path/join.js";
import { normalize as normalized } from "deno-std/path/normalize.js";
import { relative as relativePath } from "deno-std/path/relative.js";
import { resolve as resolved } from "deno-std/path/resolve.js";
import { toFileUrl as pathToUrl } from "deno-std/path/to_file_url.js";

/** The last part of a path, without `suffix` when it ends so. */
export const basename: (path: string | URL, suffix?: string) => string = lastPart;
/** Everything before the last part. */
export const dirname: (path: string | URL) => string = folder;
/** The extension with its dot, or "". */
export const extname: (path: string | URL) => string = extension;
/** The path that a file: URL names. Throws TypeError for another scheme. */
export const fromFileUrl: (url: string | URL) => string = urlToPath;
/** Whether the path stands for itself, whatever the current folder is. */
export const isAbsolute: (path: string) => boolean = absolute;
/** The parts joined and normalised. */
export const join: (path: string | URL, ...parts: string[]) => string = joinParts;
/** Without `.`, `..` and doubled separators. */
export const normalize: (path: string | URL) => string = normalized;
/** The way from one path to the other. */
export const relative: (from: string, to: string) => string = relativePath;
/** An absolute path, from right to left, at last below the current folder. */
export const resolve: (...parts: string[]) => string = resolved;
/** The file: URL of an absolute path. */
export const toFileUrl: (path: string) => URL = pathToUrl;
