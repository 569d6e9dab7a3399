import type { CheckCode, Evidence, Finding, Remedy } from '../finding.ts';
import type { JudgedMount } from './judged-mounts.ts';
import { mountEvidence, mountSubject, placeOf, serverEvidence } from './mount-evidence.ts';
import type { LeftBehind, MountProbe } from './mounts.ts';

/** The finding of a mount that fails or does not answer, on the node (MNT001) or in a container (CT001). */
export function staleMountFinding(code: CheckCode, judged: JudgedMount, behind: readonly Evidence[]): Finding {
  const { mount, container, probe, server } = judged;
  const place = placeOf(mount.target, container);
  return {
    code,
    severity: 'critical',
    subject: mountSubject(mount.target, container),
    title: `${place} ${probe.state === 'timed-out' ? 'does not answer' : 'fails'}: ${judged.error}`,
    evidence: [
      { fact: `statfs of ${mount.target}: ${judged.error}`, source: 'stat -f, in a child process' },
      ...waitingEvidence(leftBehindOf(probe)),
      mountEvidence(mount, container),
      ...serverEvidence(mount, server),
      ...behind,
    ],
    impact:
      'Whatever touches it waits or fails: guests with volumes on it, backups, `pvesm`, the web interface. A process that ' +
      'waits for a hard NFS mount waits until the server is back.',
    remedy: remedyOf(judged),
    repairAction: null,
    certainty: 'certain',
    vmid: container?.vmid ?? null,
  };
}

const leftBehindOf = (probe: MountProbe): LeftBehind | null => (probe.state === 'timed-out' ? probe.leftBehind : null);

const waitingEvidence = (left: LeftBehind | null): readonly Evidence[] =>
  left === null
    ? []
    : [
        {
          fact: `the probe, process ${left.pid}, waits since ${left.since} and cannot be killed; no second one is started`,
          source: '/run/pve-doctor/probes.json',
        },
      ];

/** `mount -o remount` keeps the stale root for good (kernel fs/nfs: nfs_probe_fsinfo has no way back from ESTALE). */
const AGAIN = 'A remount does not help: unmount it lazily and mount it again.';

function causeOf({ errorClass, server, mount }: JudgedMount): string {
  const isFuse = mount.fsType.startsWith('fuse');
  if (errorClass === 'ESTALE')
    return `The export or the exported directory was removed or made anew on the server. Restore it there first. ${AGAIN}`;
  if (errorClass === 'ENOTCONN' && isFuse) return `The program that served the mount has ended. ${AGAIN}`;
  if (errorClass === 'EACCES' || errorClass === 'EPERM')
    return 'The server refuses this node: look at its list of allowed clients and at the credentials.';
  if (errorClass === 'ENOENT') return 'The share is gone from the server. Restore it there, or take the mount down.';
  if (isFuse)
    return `The program that serves the mount does not answer: look for it (\`ps\`) before anything else. ${AGAIN}`;
  if (server?.answers === true)
    return `Its server accepts connections, so look at the export, the path between both and the server's disks. ${AGAIN}`;
  return 'Bring the server or the network back first: the mount recovers by itself when it answers again.';
}

function remedyOf(judged: JudgedMount): Remedy {
  const { mount, container } = judged;
  if (container !== null) {
    const text = `${causeOf(judged)} In a container, mount it again inside, or restart the container: it keeps the old mount whatever is mounted anew on the node.`;
    return { text, commands: [['pct', 'reboot', String(container.vmid)]] };
  }
  const text = `${causeOf(judged)} PVE mounts its own storages again within seconds; containers that have it bound in need a restart.`;
  const again = mount.target.startsWith('/mnt/pve/') ? [] : [['mount', mount.target]];
  return { text, commands: [['umount', '-l', mount.target], ...again] };
}
