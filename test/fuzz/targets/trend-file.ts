import { trendText } from '../../../src/model/trend/trend-text.ts';
import { parseTrend } from '../../../src/parse/trend-file.ts';
import { filesOf } from '../corpus.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

/** What earlier runs kept: half a picture would accuse, so it is all of it or nothing. */
export const TREND_FILE: readonly Target[] = [
  target({
    name: 'trend-file',
    share: 0.5,
    texts: () => filesOf(/\/trend\.txt$/),
    words: [
      ...[
        'pve-doctor-trend 1\n',
        'pve-doctor-trend 2\n',
        'end\n',
        'look 2026-11-22T06:00:11.000Z a-b\n',
        '\n',
        ' ',
        '-',
        '\ufffd',
      ],
      ...[
        'disk 1 - 0:0:0:0 naa.1\n',
        'map 2 mpath-x\n',
        'pool 1 2 LVM-x\n',
        '9'.repeat(20),
        '2026-13-41T25:00:00.000Z',
      ],
    ],
    read: parseTrend,
    laws: ({ value, problems }, text) => {
      expectTrue(problems.length === 0 || value.length === 0, 'a damaged file tells something');
      expectTrue(problems.length > 0 || text.endsWith('\nend\n'), 'a cut file is whole');
      expectSame(parseTrend(trendText(value)), { value, problems: [] }, 'what is kept is read otherwise');
      for (const { takenAt } of value) expectTrue(!Number.isNaN(Date.parse(takenAt)), `${takenAt} is no time`);
    },
  }),
];
