/**
 * The TypeScript mirror of driver/include/rs_device.h and rs_device_windows.h: what a program asks of a kernel driver's device.
 *
 * Offsets are bytes from the start of their structure; `bytes` is its size. What the calls do and which errors they give is told in
 * rs_device.h. device_layout_test.ts compares this file with the C compiler's view.
 * @module
 */

/** Constants. */
export const device = {
  abi: 1,
  path: "/dev/ringscope",
  windowsPath: "\\\\.\\Ringscope",
  nameBytes: 32,
  setsMax: 16,
  controlMax: 1024,
} as const;

/** What can be recorded without a driver of one's own: bit, by the name that people use. */
export const SOURCE_BITS = {
  kmsg: 0,
  sched_switch: 1,
  sched_wakeup: 2,
  irq_handler_entry: 3,
  irq_handler_exit: 4,
  softirq_entry: 5,
  softirq_exit: 6,
  block_rq_issue: 7,
  block_rq_complete: 8,
  sys_enter: 9,
  sys_exit: 10,
} as const;

/** The same for the driver of Windows. */
export const WINDOWS_SOURCE_BITS = { debug_print: 16 } as const;

/** Flags of the calls. */
export const DeviceFlag = { makeEphemeral: 1, describeNth: 1, controlReset: 1 } as const;

/** `rs_device_version_t` */
export const deviceVersion = {
  bytes: 72,
  deviceAbi: 8,
  ringAbi: 12,
  version: 16,
  setCount: 48,
  memoryUsed: 56,
  memoryLimit: 64,
} as const;

/** `rs_device_make_t` */
export const deviceMake = {
  bytes: 72,
  name: 8,
  ringBytes: 40,
  ringMemory: 48,
  mode: 56,
  order: 60,
  siteCount: 64,
  siteTextBytes: 68,
} as const;

/** `rs_device_select_t` */
export const deviceSelect = { bytes: 40, name: 8 } as const;

/** `rs_device_describe_t` */
export const deviceDescribe = {
  bytes: 136,
  number: 8,
  name: 16,
  setId: 48,
  totalBytes: 64,
  consumerOff: 72,
  ringBytes: 80,
  ringCount: 88,
  mode: 92,
  order: 96,
  isStarted: 100,
  isClaimed: 104,
  claimerPid: 108,
  mapped: 112,
  isEphemeral: 116,
  madeUnixNs: 120,
  sources: 128,
} as const;

/** `rs_device_plain_t` */
export const devicePlain = { bytes: 8 } as const;

/** `rs_device_control_t` */
export const deviceControl = { bytes: 24, changes: 8, count: 16 } as const;

/** `rs_device_sources_t` */
export const deviceSources = { bytes: 16, sources: 8 } as const;

/** `rs_device_map_t` of Windows */
export const deviceMap = { bytes: 40, shared: 8, consumer: 16, totalBytes: 24, consumerOff: 32 } as const;

/** The calls, as `_IOWR('R', n, struct)` of <linux/ioctl.h> numbers them. */
export const DeviceCall = {
  version: call(1, deviceVersion),
  make: call(2, deviceMake),
  select: call(3, deviceSelect),
  describe: call(4, deviceDescribe),
  start: call(5, devicePlain),
  stop: call(6, devicePlain),
  claim: call(7, devicePlain),
  reset: call(9, devicePlain),
  remove: call(10, devicePlain),
  control: call(11, deviceControl),
  sources: call(12, deviceSources),
} as const;

/** One of the calls that every system has. */
export type DeviceCallName = keyof typeof DeviceCall;

/** The same for Windows, as `CTL_CODE` of <winioctl.h> numbers them; what only looks needs less. */
export const WindowsCall = {
  version: look(1),
  make: change(2),
  select: look(3),
  describe: look(4),
  start: change(5),
  stop: change(6),
  claim: change(7),
  reset: change(9),
  remove: change(10),
  control: change(11),
  sources: change(12),
  map: look(13),
} as const satisfies Readonly<Record<DeviceCallName | "map", number>>;

/** Both directions, bytes, "R", number: include/uapi/asm-generic/ioctl.h, the same on x86-64 and arm64. */
function call(number: number, { bytes }: { readonly bytes: number }): bigint {
  return BigInt(3 * 2 ** 30 + bytes * 2 ** 16 + 0x52 * 2 ** 8 + number);
}

/** RS_DEVICE_TYPE, FILE_READ_ACCESS, 0x800 + number, METHOD_BUFFERED. */
function look(number: number): number {
  return 0x8052 * 2 ** 16 + 1 * 2 ** 14 + (0x800 + number) * 2 ** 2;
}

/** As {@link look}, and FILE_WRITE_ACCESS. */
function change(number: number): number {
  return look(number) + 2 * 2 ** 14;
}
