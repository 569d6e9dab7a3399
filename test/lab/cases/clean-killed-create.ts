import { killAnywhere } from '../node/kills.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'kill -9 at 75 moments of a run, of pve-doctor, of what keeps the locks, of the command, and of all of them, while it is created again by undo: what the journal says in the end is what the kernel has, and the data is what it was.',
  nightly: true,
  limitSeconds: 20_000,
  run(lab) {
    killAnywhere(lab, 'create');
  },
};
