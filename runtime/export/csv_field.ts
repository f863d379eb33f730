/** A value as a field of CSV (RFC 4180); nothing is an empty field, and an empty text a quoted one. */
export function csvField(text: string | null): string {
  if (text === null) return "";
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
