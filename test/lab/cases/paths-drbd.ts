import { DrbdPair } from '../node/drbd.ts';
import { waitFor } from '../node/journal.ts';
import type { LabCase } from '../node/lab.ts';
import { swappable, writeTo } from '../node/swappable.ts';

export const labCase: LabCase = {
  about: 'Both sides of a DRBD resource: whole, without its peer, after a split brain, and without its disk.',
  limitSeconds: 800,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage();
    const [below, beside] = [swappable(lab, 'below', 32), swappable(lab, 'beside', 32)];
    const pair = new DrbdPair(lab.journal);
    pair.start([below.path, beside.path]);
    lab.cluster.vm(100, 'name: replicated\nscsi0: /dev/drbd0,size=32M');
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} }, 'whole');

    pair.adm('two', 'disconnect');
    waitFor('it waits for its peer', () => / 0: cs:(?:WFConnection|StandAlone)/.test(pair.state()), 30_000);
    if (/ 0: cs:StandAlone/.test(pair.state())) pair.adm('one', 'connect');
    waitFor('it waits for its peer', () => / 0: cs:WFConnection/.test(pair.state()), 30_000);
    const away = lab.expectVerdict(
      { exit: 1, grade: 'B', findings: ['PATH008 drbd0 warning', 'PATH008 drbd1 warning'], entries: {} },
      'peer-away',
    );
    const said = JSON.stringify(away?.findings.filter(({ subject }) => subject.id === 'drbd0') ?? []);
    lab.expect('that the guest is named', /guest 100/.test(said), away !== null);

    pair.adm('two', 'primary');
    writeTo(lab, '/dev/drbd0', 1);
    writeTo(lab, '/dev/drbd1', 1, 4);
    pair.adm('two', 'connect');
    waitFor('they refuse each other', () => /Split-Brain/i.test(lab.journal.run(['dmesg']).stdout), 30_000);
    waitFor('both stand alone', () => (pair.state().match(/cs:StandAlone/g) ?? []).length >= 1, 30_000);
    lab.expectVerdict(
      { exit: 1, grade: 'B', findings: ['PATH008 drbd0 warning', 'PATH008 drbd1 warning'], entries: {} },
      'split-brain',
    );

    below.load('error');
    writeTo(lab, '/dev/drbd0', 1);
    waitFor('it gave its disk up', () => / 0: .*ds:(?:Diskless|Failed)/.test(pair.state()), 30_000);
    lab.expectVerdict(
      {
        exit: 1,
        grade: 'B',
        findings: ['DM031 below warning', 'PATH008 drbd0 warning', 'PATH008 drbd1 warning'],
        entries: {},
      },
      'diskless',
    );
  },
};
