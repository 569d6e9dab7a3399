import type { CheckCode, Finding } from '../finding.ts';
import type { JudgedMount } from './judged-mounts.ts';
import { mountEvidence, mountSubject, placeOf } from './mount-evidence.ts';
import type { ContainerConfig, ExpectedMount, SeenMount } from './mounts.ts';

/**
 * Whether nothing asked for read-only. Where a configuration names the mount point it decides; a mount that none names
 * was asked for by whoever mounted it with `ro`, so only a file system that turned read-only on its own is left.
 */
export function isSurprise(mount: SeenMount, expected: readonly ExpectedMount[]): boolean {
  const named = expected.filter(({ target }) => target === mount.target);
  if (named.some(({ options }) => options.includes('ro'))) return false;
  return named.length > 0 || !mount.options.includes('ro');
}

/** The same inside a container, where `mpN` and `lxc.mount.entry` decide as well. */
export function isSurpriseInside(mount: SeenMount, config: ContainerConfig, fstab: readonly ExpectedMount[]): boolean {
  const binds = config.binds.filter(({ target }) => target === mount.target);
  if (config.readonlyTargets.includes(mount.target) || binds.some((bind) => bind.readonly)) return false;
  if (binds.length > 0) return !fstab.some(({ target, options }) => target === mount.target && options.includes('ro'));
  return isSurprise(mount, fstab);
}

export function readonlyMountFinding(code: CheckCode, { mount, container }: JudgedMount, compared: string): Finding {
  const place = placeOf(mount.target, container);
  return {
    code,
    severity: 'warning',
    subject: mountSubject(mount.target, container),
    title: `${place} is read-only although nothing asked for it`,
    evidence: [
      mountEvidence(mount, container),
      { fact: `no \`ro\` for ${mount.target} in ${compared}`, source: compared },
    ],
    impact: 'Writes fail: backups, uploads and guests with volumes on it get "Read-only file system".',
    remedy: {
      text:
        'Look for what made it so: a mount command by hand, an export that became read-only, an error in the kernel log. ' +
        "When it is meant to be read-only, say so where it is configured (`ro` in fstab or in the storage's options, " +
        '`ro=1` of a mount point), and it is not reported again.',
      commands:
        container === null
          ? [['mount', '-o', 'remount,rw', mount.target]]
          : [['pct', 'reboot', String(container.vmid)]],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: container?.vmid ?? null,
  };
}
