/**
 * What this Windows says of itself and of the driver's service, by calls that need no right but to look. Windows; needs permission for FFI.
 *
 * Changes go through sc.exe (driver_service.ts), which says as its exit status what was wrong.
 * @module
 */
import { encodeWide } from "../../ffi/wide_text.ts";
import { parseServiceStatus, SERVICE_STATUS_BYTES, type ServiceStatus } from "./service_state.ts";

const ADVAPI = {
  RegGetValueW: {
    parameters: ["u64", "buffer", "buffer", "u32", "pointer", "buffer", "buffer"],
    result: "u32",
  },
  OpenSCManagerW: { parameters: ["pointer", "pointer", "u32"], result: "pointer" },
  OpenServiceW: { parameters: ["pointer", "buffer", "u32"], result: "pointer" },
  QueryServiceStatus: { parameters: ["pointer", "buffer"], result: "i32" },
  CloseServiceHandle: { parameters: ["pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const SHELL = { IsUserAnAdmin: { parameters: [], result: "i32" } } as const;

const HKEY_LOCAL_MACHINE = 0xffff_ffff_8000_0002n;
/** RRF_RT_ANY and RRF_NOEXPAND. */
const ANY_AS_IT_IS = 0x1000_ffff;
const SC_MANAGER_CONNECT = 1, SERVICE_QUERY_STATUS = 4;
/** No value that is looked at here is longer. */
const VALUE_BYTES_MAX = 4096;

/** Whether this process has the rights of an administrator, not only its user. */
export function isElevated(): boolean {
  const shell = Deno.dlopen("shell32.dll", SHELL);
  try {
    return shell.symbols.IsUserAnAdmin() !== 0;
  } finally {
    shell.close();
  }
}

/** A value below HKEY_LOCAL_MACHINE; null when it is not there or may not be read. */
export function readRegistry(key: string, name: string): Uint8Array<ArrayBuffer> | null {
  const library = Deno.dlopen("advapi32.dll", ADVAPI);
  try {
    const value = new Uint8Array(VALUE_BYTES_MAX), length = Uint32Array.of(VALUE_BYTES_MAX);
    const failed = library.symbols.RegGetValueW(
      HKEY_LOCAL_MACHINE,
      encodeWide(key),
      encodeWide(name),
      ANY_AS_IT_IS,
      null,
      value,
      new Uint8Array(length.buffer),
    );
    return failed === 0 ? value.slice(0, length[0]) : null;
  } finally {
    library.close();
  }
}

/** The state of a service; null: there is none of this name. */
export function queryService(name: string): ServiceStatus | null {
  const library = Deno.dlopen("advapi32.dll", ADVAPI);
  const { OpenSCManagerW, OpenServiceW, QueryServiceStatus, CloseServiceHandle } = library.symbols;
  const manager = OpenSCManagerW(null, null, SC_MANAGER_CONNECT);
  const service = manager === null ? null : OpenServiceW(manager, encodeWide(name), SERVICE_QUERY_STATUS);
  try {
    const status = new Uint8Array(SERVICE_STATUS_BYTES);
    return service === null || QueryServiceStatus(service, status) === 0 ? null : parseServiceStatus(status);
  } finally {
    if (service !== null) CloseServiceHandle(service);
    if (manager !== null) CloseServiceHandle(manager);
    library.close();
  }
}
