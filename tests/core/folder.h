/* SPDX-License-Identifier: MIT */
/*
 * folder.h - a folder for one test, in memory where the system has that; it goes when the next one is made or the program ends.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <ftw.h>

#include "rings.h"

static char folder[256];

static inline int folder_remove_one(const char *path, const struct stat *found, int kind, struct FTW *place)
{
	(void)found;
	(void)kind;
	(void)place;
	return remove(path);
}

static inline void folder_remove(void)
{
	if (folder[0])
		(void)nftw(folder, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	folder[0] = '\0';
}

static inline void folder_make(void)
{
	static int is_registered;
	if (!is_registered++)
		atexit(folder_remove);
	folder_remove();
	snprintf(folder, sizeof(folder), "%s/ringscope-core-XXXXXX", rings_folder());
	REQUIRE(mkdtemp(folder));
}

#endif /* FOLDER_H */
