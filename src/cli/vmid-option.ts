import { InvalidArgumentError, Option } from 'commander';

export const vmidOption = (): Option => new Option('--vmid <id>', 'only what concerns this guest').argParser(vmid);

/** VMID: 100 to 999999999 (pve-common JSONSchema.pm pve_verify_vmid). */
function vmid(text: string): number {
  if (!/^[1-9]\d{2,8}$/.test(text)) throw new InvalidArgumentError('a VMID is a number from 100 to 999999999');
  return Number(text);
}
