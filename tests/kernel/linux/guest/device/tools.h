/* SPDX-License-Identifier: MIT */
/* tools.h - the device's calls as words of a shell: make, start, stop, remove, snapshot. */
#ifndef TOOLS_H
#define TOOLS_H

/* Does what the words say; exit status 0, or 1 with a line on standard error, or 2 where there is no such word. */
int run_tool(int words, char **word);

#endif /* TOOLS_H */
