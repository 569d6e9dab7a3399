import { type Reading, whyNot } from '../reading.ts';
import type { BlockDevices } from './block-devices.ts';
import { type DevNo, type DmDevice, devNo } from './device-mapper.ts';

/** Whether a device is used now. `unknown` when nothing shows use but some place could not be looked at. */
export type DeviceUse =
  | { readonly inUse: 'yes'; readonly holders: readonly Holder[] }
  | { readonly inUse: 'no' }
  | { readonly inUse: 'unknown'; readonly because: string };

interface UseFacts {
  readonly usage: Reading<Usage>;
  readonly blockDevices: Reading<BlockDevices>;
}

/** Open count, holders, mounts in any namespace, swap and open descriptors, together. */
export function deviceUse(device: DmDevice, facts: UseFacts): DeviceUse {
  const holders = knownHolders(device, facts);
  if (device.openCount > 0 || holders.length > 0) return { inUse: 'yes', holders };
  const because = whyNot(facts.usage) ?? whyNot(facts.blockDevices);
  if (because !== null) return { inUse: 'unknown', because };
  const gap = facts.usage.state === 'known' ? facts.usage.value.gaps[0] : undefined;
  return gap === undefined ? { inUse: 'no' } : { inUse: 'unknown', because: gap };
}

function knownHolders(device: DmDevice, { usage, blockDevices }: UseFacts): readonly Holder[] {
  const number = devNo(device);
  const used = usage.state === 'known' ? (usage.value.holders.get(number) ?? []) : [];
  const stacked = blockDevices.state === 'known' ? (blockDevices.value.devices.get(number)?.holders ?? []) : [];
  const named = new Set(used.flatMap((holder) => (holder.kind === 'device' ? [holder.kernelName] : [])));
  const unnamed = stacked.filter((kernelName) => !named.has(kernelName));
  return [...used, ...unnamed.map((kernelName): Holder => ({ kind: 'device', kernelName, name: kernelName }))];
}

/** A holder in words: `process 4711 kvm, user root, guest 100`. */
export function describeHolder(holder: Holder): string {
  switch (holder.kind) {
    case 'process': {
      const guest = holder.vmid === null ? '' : `, guest ${holder.vmid}`;
      return `process ${holder.pid} ${holder.command}, user ${holder.user}${guest}`;
    }
    case 'mount':
      return `mounted on ${holder.target}, as process ${holder.pid} sees it`;
    case 'swap':
      return `swap space ${holder.path}`;
    case 'device':
      return `device ${holder.name} (${holder.kernelName}), stacked on it`;
    case 'loop':
      return `loop device ${holder.kernelName}`;
    case 'target':
      return `LIO backstore ${holder.path}`;
  }
}

/** Who uses a block device: what `dmsetup info`, `lsof` and `fuser` would be asked for, found in one pass. */
export type Holder =
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly command: string;
      /** Login name of the process's user, or its number. */
      readonly user: string;
      /** The guest whose process it is, where the command line says so. */
      readonly vmid: number | null;
    }
  | {
      readonly kind: 'mount';
      readonly target: string /** A process inside that mount namespace. */;
      readonly pid: number;
    }
  | { readonly kind: 'swap'; readonly path: string }
  /** A kernel device on top: another dm device, md, bcache, DRBD. */
  | { readonly kind: 'device'; readonly kernelName: string; readonly name: string }
  | { readonly kind: 'loop'; readonly kernelName: string }
  /** An LIO backstore in /sys/kernel/config/target/core. */
  | { readonly kind: 'target'; readonly path: string };

export interface Usage {
  readonly holders: ReadonlyMap<DevNo, readonly Holder[]>;
  /** What was not seen, for example processes that could not be read; empty when everything was. */
  readonly gaps: readonly string[];
}
