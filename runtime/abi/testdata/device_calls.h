/* SPDX-License-Identifier: MIT */
/* The calls that every system's device has, by their names in TypeScript, for the programs that print their codes. */
#define DEVICE_CALLS(X) \
	X("call.version", RS_IOC_VERSION) \
	X("call.make", RS_IOC_MAKE) \
	X("call.select", RS_IOC_SELECT) \
	X("call.describe", RS_IOC_DESCRIBE) \
	X("call.start", RS_IOC_START) \
	X("call.stop", RS_IOC_STOP) \
	X("call.claim", RS_IOC_CLAIM) \
	X("call.reset", RS_IOC_RESET) \
	X("call.remove", RS_IOC_REMOVE) \
	X("call.control", RS_IOC_CONTROL) \
	X("call.sources", RS_IOC_SOURCES)
