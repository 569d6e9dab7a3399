/** What a user may set about mounts. */
export interface MountSettings {
  /** How long a mount of the node has to answer. */
  readonly probeTimeoutMs: number;
  /** How long a mount inside a container has to answer. */
  readonly containerTimeoutMs: number;
  /** Used space or inodes from here on are a warning. */
  readonly warningPercent: number;
  readonly criticalPercent: number;
}

/** 2 s: long for a healthy server, short for a check that runs every few minutes (PVE's own test of a path waits as long). */
export const DEFAULT_MOUNT_SETTINGS: MountSettings = {
  probeTimeoutMs: 2000,
  containerTimeoutMs: 2000,
  warningPercent: 85,
  criticalPercent: 95,
};

/** What the command line says; it wins over the environment. */
export interface MountFlags {
  readonly capacityWarning?: number;
  readonly capacityCritical?: number;
}

export interface MountSettingsRead {
  readonly settings: MountSettings;
  /** Values that could not be used, each as a sentence. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const LONGEST_SECONDS = 600;

/** A variable with a value that makes no sense is left at its default and said once; it never stops the check. */
export function readMountSettings(environment: Environment, flags: MountFlags): MountSettingsRead {
  const warnings: string[] = [];
  const defaults = DEFAULT_MOUNT_SETTINGS;
  const read = (names: readonly string[], limit: number, unit: string, fallback: number): number => {
    const name = names.find((candidate) => (environment[candidate] ?? '') !== '');
    if (name === undefined) return fallback;
    const text = (environment[name] ?? '').trim();
    const value = Number(text);
    if (/^\d+(?:\.\d+)?$/.test(text) && value > 0 && value <= limit) return value;
    warnings.push(`${name} is ${JSON.stringify(text)}, not a number of ${unit} up to ${limit}; ${fallback} is used`);
    return fallback;
  };
  const seconds = (names: readonly string[], fallbackMs: number) =>
    Math.round(read(names, LONGEST_SECONDS, 'seconds', fallbackMs / 1000) * 1000);
  const percent = (name: string, fallback: number) => read([name], 100, 'percent', fallback);
  const probeTimeoutMs = seconds(['PVE_DOCTOR_MOUNT_TIMEOUT', 'PROXMENUX_MOUNT_STAT_TIMEOUT'], defaults.probeTimeoutMs);
  const containerTimeoutMs = seconds(
    ['PVE_DOCTOR_CONTAINER_TIMEOUT', 'PROXMENUX_LXC_EXEC_TIMEOUT'],
    defaults.containerTimeoutMs,
  );
  const warningPercent = flags.capacityWarning ?? percent('PVE_DOCTOR_CAPACITY_WARNING', defaults.warningPercent);
  const criticalPercent = flags.capacityCritical ?? percent('PVE_DOCTOR_CAPACITY_CRITICAL', defaults.criticalPercent);
  if (warningPercent > criticalPercent)
    warnings.push(
      `capacity: the warning at ${warningPercent} % is above the critical ${criticalPercent} %, so it never shows`,
    );
  return { settings: { probeTimeoutMs, containerTimeoutMs, warningPercent, criticalPercent }, warnings };
}
