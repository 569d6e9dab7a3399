import { expect, it } from 'vitest';
import { parseLvmWarnings } from './lvm-report.ts';

/** LVM 2.03.16 with one disk behind two loop devices. */
const STDERR = `  WARNING: Not using device /dev/loop1 for PV 5VbbaN-1Tnq-CSOG-cfPc-pYmX-6AX8-Yk5cVd.
  WARNING: PV 5VbbaN-1Tnq-CSOG-cfPc-pYmX-6AX8-Yk5cVd prefers device /dev/loop0 because device name matches previous.
`;

it('reads which device LVM leaves out, and for which physical volume', () => {
  expect(parseLvmWarnings(STDERR)).toEqual([{ path: '/dev/loop1', pvUuid: '5VbbaN1TnqCSOGcfPcpYmX6AX8Yk5cVd' }]);
});

it('passes over everything else that LVM says', () => {
  const others = [
    '',
    '  File descriptor 9 leaked on lvm invocation.',
    '  WARNING: VG san is missing PV x (last written to /dev/sdb).',
  ];
  expect(parseLvmWarnings(others.join('\n'))).toEqual([]);
});
