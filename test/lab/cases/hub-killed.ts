import { writeFileSync } from 'node:fs';
import { looksOfANode } from '../../node-to-hub/looks-of-a-node.ts';
import { lvmStorage } from '../node/cluster.ts';
import { type Lab, type LabCase, NODES } from '../node/lab.ts';
import type { HubSaid } from '../outside/kill-hub.ts';

/** EX_TEMPFAIL: the hub is away or asks to wait, and the look waits on the node. */
const LATER = 75;

/** This node's, made with its first step. */
let kept: ReturnType<typeof looksOfANode> | null = null;
let away = 0;

function publish(lab: Lab): void {
  const { url } = lab.heard('hub') as HubSaid;
  kept ??= looksOfANode(`/var/lib/pve-doctor/hub/${new URL(url).host}`, '/usr/share/perl5/PVE/pvecfg.pm');
  kept.waitItOut();
  kept.remember();
  kept.change();
  const { exit, stderr } = lab.doctor(['publish']);
  kept.remember();
  if (exit === LATER) away += 1;
  else if (exit !== 0) throw new Error(`pve-doctor publish: exit ${exit}: ${stderr}`);
  const { looks, losses, state, waiting } = kept;
  lab.tell('looks', { looks: [...looks], losses, waiting: waiting(), newest: state().takenAt, away });
}

/** As an administrator enrols a cluster: one command on one node, which asks the others by ssh. */
function enrol(lab: Lab): void {
  const { url, token, authority } = lab.heard('hub') as HubSaid;
  writeFileSync('/root/token', `${token}\n`, { mode: 0o600 });
  writeFileSync('/root/hub.pem', authority, { mode: 0o600 });
  const { exit, stdout } = lab.doctor([
    ...['enrol', url, '--token-file', '/root/token', '--ca', '/root/hub.pem', '--cluster'],
  ]);
  lab.expect(
    'the cluster is enrolled',
    [exit, stdout.match(/^pve\d: .*$/gm)?.toSorted()],
    [0, ['pve2: enrolled', 'pve3: enrolled']],
  );
}

export const labCase: LabCase = {
  about:
    'Three kernels push to a hub on PostgreSQL, both of which are killed again and again: no look is lost, and what is acknowledged there is in the next report.',
  nightly: true,
  limitSeconds: 800,
  run(lab) {
    const number = NODES.indexOf(lab.three.node as (typeof NODES)[number]) + 1;
    writeFileSync('/etc/machine-id', `${String(number).repeat(32)}\n`);
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    // A volume of a guest that is gone, of another one on each node.
    lab.storage.group('san');
    lab.storage.thick('san', `vm-50${number}-disk-0`, 16);
    lab.three.startNetwork();
  },
  steps: {
    enrol,
    publish,
    push(lab) {
      while (!lab.hasHeard('over')) publish(lab);
    },
    /** Nothing: what `run` does is done. */
    ready: () => undefined,
    trust: (lab) => lab.three.trust('pinned'),
  },
  outside: async (outside) => await (await import('../outside/kill-hub.ts')).killHub(outside),
};
