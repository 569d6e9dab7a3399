import type { LabCase } from '../node/lab.ts';
import { RemoteServer } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'An export is removed (ESTALE); then the server stops: a soft mount says EIO, a hard one nothing. A mount point with blanks and umlauts is named as it is. All recover when the server is back.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of ['films', 'soft', 'hard']) server.directory(name, 8);
    server.startNfs();
    lab.cluster.start();
    const films = '/mnt/Meine Filme ü';
    server.mountNfs('films', films, 'actimeo=1');
    server.mountNfs('soft', '/mnt/soft', 'soft,timeo=5,retrans=1');
    server.mountNfs('hard', '/mnt/hard', 'hard');
    server.withdraw('films');
    lab.journal.run(['sleep', '3']);
    lab.expectVerdict({ exit: 1, grade: 'B', findings: [`MNT001 ${films} warning`], entries: {} }, 'unexported');
    server.stopNfs();
    // Longer than the soft mount takes to give up.
    process.env['PROXMENUX_MOUNT_STAT_TIMEOUT'] = '8';
    const targets = [films, '/mnt/soft', '/mnt/hard'];
    const findings = targets.map((target) => `MNT001 ${target} warning`);
    const report = lab.expectVerdict({ exit: 1, grade: 'B', findings, entries: {} }, 'stopped');
    if (report === null) return;
    const errors = Object.fromEntries(report.mounts.map(({ target, errorClass }) => [target, errorClass]));
    lab.expect('soft says', errors['/mnt/soft'], 'EIO');
    lab.expect('hard says', errors['/mnt/hard'], 'timeout');
    lab.expect(
      'the server answers',
      report.mounts.filter(({ remote }) => remote).map(({ serverAnswers }) => serverAnswers),
      [false, false, false],
    );
    process.env['PROXMENUX_MOUNT_STAT_TIMEOUT'] = 'soon';
    const warned = lab.check('--only', 'mounts');
    lab.expect('a bad time limit is one warning', warned.stderr.split('\n').length, 1);
    delete process.env['PROXMENUX_MOUNT_STAT_TIMEOUT'];
  },
};
