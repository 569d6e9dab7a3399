import { describeProblem, type Reading } from '../reading.ts';
import type { BlockDevices } from './block-devices.ts';
import { type DmDevice, devNo } from './device-mapper.ts';
import type { Holder, Usage } from './usage.ts';

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
  const unseen = [facts.usage, facts.blockDevices].find((reading) => reading.state !== 'known');
  if (unseen?.state === 'unreadable') return { inUse: 'unknown', because: describeProblem(unseen.problem) };
  if (unseen?.state === 'absent') return { inUse: 'unknown', because: unseen.reason };
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
