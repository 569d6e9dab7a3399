import type { Holder } from '../model/device-mapper/usage.ts';
import { printable } from './printable.ts';

/** Who or what uses a device. */
export function describeHolder(holder: Holder): string {
  switch (holder.kind) {
    case 'process': {
      const guest = holder.vmid === null ? '' : `, guest ${holder.vmid}`;
      return `process ${holder.pid} ${printable(holder.command)}, user ${printable(holder.user)}${guest}`;
    }
    case 'mount':
      return `mounted on ${printable(holder.target)}, as process ${holder.pid} sees it`;
    case 'swap':
      return `swap space ${printable(holder.path)}`;
    case 'device':
      return `device ${printable(holder.name)} (${printable(holder.kernelName)}) is stacked on it`;
    case 'loop':
      return `loop device ${printable(holder.kernelName)}`;
    case 'target':
      return `LIO backstore ${printable(holder.path)}`;
  }
}
