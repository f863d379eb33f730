/**
 * What decides whether the Windows kernel driver can be used, found out from the service manager and the registry.
 * @module
 */
import { findFile, windowsProducts } from "../../build/place.ts";
import { decodeWide } from "../../ffi/wide_text.ts";
import {
  imagePath,
  parseServiceStart,
  readNumber,
  SERVICE,
  type ServiceStart,
  type ServiceStatus,
} from "./service_state.ts";
import { isElevated, queryService, readRegistry } from "./windows_calls.ts";

/** The driver's service as it is installed. */
export interface DriverService extends ServiceStatus {
  /** Of its file; null where it is not said. */
  readonly image: string | null;
  readonly start: ServiceStart | null;
}

/** What is found. */
export interface WindowsFacts {
  /** Null: not installed. */
  readonly service: DriverService | null;
  /** A `ringscope.sys` in the project's build folder; null: none. */
  readonly built: string | null;
  /** This process has the rights of an administrator. */
  readonly isElevated: boolean;
  /** The system was started so that it takes drivers with anybody's signature. */
  readonly isTestSigning: boolean;
  /** The firmware takes signed systems only, which do not let test signing be switched on. */
  readonly isSecureBoot: boolean;
  /** Memory integrity (HVCI): drivers are judged by the hypervisor. */
  readonly isMemoryIntegrity: boolean;
}

const CONTROL = "SYSTEM\\CurrentControlSet\\Control";
const SERVICE_KEY = `SYSTEM\\CurrentControlSet\\Services\\${SERVICE}`;
const MEMORY_INTEGRITY = `${CONTROL}\\DeviceGuard\\Scenarios\\HypervisorEnforcedCodeIntegrity`;

/** Looks at this system. */
export function readWindowsFacts(): WindowsFacts {
  const status = queryService(SERVICE);
  const isSet = (key: string, name: string) => {
    const value = readRegistry(key, name);
    return value !== null && value.length >= 4 && readNumber(value) !== 0;
  };
  return {
    service: status === null ? null : {
      ...status,
      image: imagePath(readRegistry(SERVICE_KEY, "ImagePath"), windowsFolder()),
      start: parseServiceStart(readRegistry(SERVICE_KEY, "Start")),
    },
    built: findFile(windowsProducts(`${SERVICE}.sys`)),
    isElevated: isElevated(),
    isTestSigning: hasTestSigning(readRegistry(CONTROL, "SystemStartOptions")),
    isSecureBoot: isSet(`${CONTROL}\\SecureBoot\\State`, "UEFISecureBootEnabled"),
    isMemoryIntegrity: isSet(MEMORY_INTEGRITY, "Enabled"),
  };
}

/** `C:\Windows`. */
export function windowsFolder(): string {
  return Deno.env.get("SystemRoot") || "C:\\Windows";
}

/** Whether the options that the system was started with (a REG_SZ) have it. */
export function hasTestSigning(value: Uint8Array<ArrayBuffer> | null): boolean {
  return value !== null && /(^|\s)TESTSIGNING(\s|$)/i.test(decodeWide(value));
}
