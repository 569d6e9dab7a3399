import type { DmDevice } from '../device-mapper/device-mapper.ts';

/**
 * Targets whose status says nothing (kernel drivers/md: linear_status, stripe_status and so on print the table or only
 * what does not change), and thin pools and volumes, which are read by a command of their own.
 */
const STATELESS = new Set([
  ...['linear', 'striped', 'error', 'zero', 'delay', 'crypt', 'snapshot-origin', 'thin', 'thin-pool'],
  ...['flakey', 'dust', 'log-writes', 'unstriped', 'switch'],
]);

export const hasOwnState = ({ table }: Pick<DmDevice, 'table'>): boolean =>
  table.some(({ type }) => !STATELESS.has(type));
