import { listed } from '../evidence.ts';
import type { CheckCode, Finding } from '../finding.ts';
import type { JudgedMount } from './judged-mounts.ts';
import { inContainer, mountEvidence, mountSubject, placeOf } from './mount-evidence.ts';
import type { ContainerConfig, ExpectedMount, SeenMount } from './mounts.ts';
import { serverCommandsOf } from './server-remedy.ts';

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

/**
 * A mount that is mounted for writing and whose server takes no writes. Where everybody may write by the directory's mode, it is
 * exported read-only; else root alone may be the one who is refused, which matters where PVE writes as root.
 */
export function refusedFinding({ mount }: JudgedMount, refused: 'all' | 'root', storeids: readonly string[]): Finding {
  const isCertain = refused === 'all';
  return {
    code: 'MNT002',
    severity: 'warning',
    subject: mountSubject(mount.target, null),
    title: isCertain
      ? `${mount.target} is mounted for writing, and its server exports it read-only`
      : `${mount.target} is mounted for writing, and its server does not let root write`,
    evidence: [
      {
        fact: `access for writing: Permission denied${isCertain ? ', although the mode of the directory lets everybody' : ''}`,
        source: 'access(2), in a child process; nothing was written',
      },
      mountEvidence(mount, null),
      ...(storeids.length === 0
        ? []
        : [{ fact: `storage on it: ${listed(storeids)}`, source: '/etc/pve/storage.cfg' }]),
    ],
    impact: 'Writes fail: backups, uploads and guests with volumes on it get an error, while the mount looks writable.',
    remedy: {
      text: isCertain
        ? 'Export it for writing on the server. If it should be read-only, mount it with `ro`: then it is no longer reported.'
        : 'Check the export on the server: it is read-only, or root_squash maps root to a user who may not write. If it should be read-only, mount it with `ro`.',
      commands: serverCommandsOf(mount),
    },
    headline: isCertain
      ? 'takes no writes: its server exports it read-only'
      : 'takes no writes of root: its server refuses them',
    repairAction: null,
    certainty: isCertain ? 'certain' : 'maybe',
    vmid: null,
  };
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
        'Find the cause: a file system error (kernel log), a manual mount, or the export. After an ' +
        'error check the file system before anything is written to it; otherwise `mount -o remount,rw` makes it writable. ' +
        "If it should be read-only, configure that (`ro` in fstab or in the storage's options, " +
        '`ro=1` of a mount point), and it is not reported again.',
      commands: [
        ['journalctl', '-k', '-n', '100', '--no-pager'],
        ...(container === null ? [] : [['pct', 'config', String(container.vmid)]]),
      ],
    },
    headline: inContainer(mount.target, container, 'is read-only, but nothing configures it so'),
    repairAction: null,
    certainty: 'certain',
    vmid: container?.vmid ?? null,
  };
}
