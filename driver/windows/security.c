/* SPDX-License-Identifier: MIT */
/* security.c - see security.h. */
#include "security.h"

/*
 * Revision 1; control SE_SELF_RELATIVE | SE_DACL_PROTECTED | SE_DACL_PRESENT; the owner's place or 0; no group, no SACL; the DACL behind
 * it.
 */
#define DESCRIPTOR(owner_at) 1, 0, 0x04, 0x90, (owner_at), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0
/* Revision 2; its bytes; its entries. */
#define ACL_OF(bytes, entries) 2, 0, (bytes), 0, (entries), 0, 0, 0
/* ACCESS_ALLOWED_ACE, not inherited; its bytes; GENERIC_ALL. What follows is a SID of NT AUTHORITY with so many parts. */
#define ALLOWED(bytes, parts) 0, 0, (bytes), 0, 0, 0, 0, 0x10, 1, (parts), 0, 0, 0, 0, 0, 5

/* S-1-5-18 and S-1-5-32-544 */
__attribute__((aligned(4))) const uint8_t rs_win_device_security[] = {
	DESCRIPTOR(0), ACL_OF(52, 2), ALLOWED(20, 1), 18, 0, 0, 0, ALLOWED(24, 2), 32, 0, 0, 0, 0x20, 0x02, 0, 0,
};

/* READ_CONTROL to S-1-3-4, and nothing to anybody. */
#define SECTION_ACL ACL_OF(28, 1), 0, 0, 20, 0, 0, 0, 2, 0, 1, 1, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0

__attribute__((aligned(4))) static const uint8_t section_security[] = {DESCRIPTOR(0), SECTION_ACL};
/* Owned by S-1-5-18, which stands last. */
__attribute__((aligned(4))) static const uint8_t section_security_of_wine[] = {
	DESCRIPTOR(48), SECTION_ACL, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,
};

const uint8_t *rs_win_section_security(void)
{
	return rs_win_is_kernel() ? section_security : section_security_of_wine;
}

RS_ABI_ASSERT(sizeof(rs_win_device_security) == 20 + 52);
RS_ABI_ASSERT(sizeof(section_security) == 20 + 28);
RS_ABI_ASSERT(sizeof(section_security_of_wine) == 48 + 12);
