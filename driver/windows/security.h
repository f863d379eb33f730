/* SPDX-License-Identifier: MIT */
/*
 * security.h - who may do what, as self-relative security descriptors (MS-DTYP 2.4.6): the bytes that the system itself uses.
 */
#ifndef RS_WIN_SECURITY_H
#define RS_WIN_SECURITY_H

#include "ddk.h"
#include "rs_abi.h"

/* SYSTEM and Administrators may do everything with the device, nobody else anything. */
extern const uint8_t rs_win_device_security[];

/*
 * A section that nobody opens again: without a list of its own a handle that may only read could be exchanged for one that may write.
 * Whoever asks for a set owns its sections, and an owner may change the list: an entry for OWNER RIGHTS (S-1-3-4) takes that away
 * ("Owner Rights", Windows Vista and later). Wine does not know it; there the owner is another one.
 */
const uint8_t *rs_win_section_security(void);

#endif /* RS_WIN_SECURITY_H */
