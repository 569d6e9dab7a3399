import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith, entryOn, map, session } from '../../test/checks/path-examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path006 } from './path006-iscsi-session.ts';

const check = given(path006);

const TARGET = 'iqn.2024-01.lab:used';

function look(
  sessions: readonly ReturnType<typeof session>[],
  devices: readonly DmDevice[] = [],
  portals: readonly string[] = [],
  disks = [disk('sda', { session: 'session1' }), disk('sdb', { session: 'session2' })],
) {
  const sections = {
    deviceMapper: mapper(...devices),
    blockDevices: blocksOf(disks, devices),
    disks: disksWith(disks, { sessions, portals: new Map([[TARGET, portals]]) }),
  };
  return check.examine(sections, wanted([...ABOVE, 'storage']));
}

const first = session('session1', '10.9.0.1:3260');
const second = session('session2', '10.9.0.2:3260');

describe('PATH006', () => {
  it('is silent about sessions that are logged in by every portal on record', () => {
    expect(look([first, second], [map()], ['10.9.0.1:3260', '10.9.0.2:3260'])).toEqual([]);
  });

  it('warns of a session that failed, as of the map over its disks', () => {
    const [finding] = look([first, { ...second, state: 'FAILED' }], [map(), entryOn('253:0')]);
    expect(finding).toMatchObject({ harm: 'redundancy', subject: { id: `${TARGET} 10.9.0.2:3260` }, about: 'mpatha' });
  });

  it('looks at the connection of a session that says it is logged in', () => {
    const lost = { ...second, connections: second.connections.map((one) => ({ ...one, state: 'failed' })) };
    expect(look([first, lost])[0]?.title).toContain('has a connection that is failed');
  });

  it('is critical where volumes lie on its disk without a map', () => {
    expect(look([{ ...first, state: 'FREE' }, second], [entryOn('8:0')])[0]).toMatchObject({ harm: 'data' });
  });

  it('warns of a portal on record that no session uses, unless a portal could not be read', () => {
    const portals = ['10.9.0.1:3260', '10.9.0.2:3260'];
    const alone = [disk('sda', { session: 'session1' })];
    expect(look([first], [], portals, alone)[0]).toMatchObject({ subject: { id: `${TARGET} 10.9.0.2:3260` } });
    expect(look([{ ...first, connections: [{ name: 'x', state: 'up', portal: '' }] }], [], portals)).toEqual([]);
  });

  it('misses no portal where it may be that of a session that could not be read', () => {
    const portals = ['10.9.0.1:3260', '10.9.0.2:3260'];
    expect(look([first, { ...second, targetName: null }], [], portals)).toEqual([]);
    expect(look([first], [], portals)).toEqual([]);
  });

  it('leaves link-local addresses out, which discovery records and nobody can log in by', () => {
    const local = ['fe80:0000:0000:0000:0211:32ff:fe00:0001:3260', '[febf::1]:3260'];
    expect(look([first, second], [], ['10.9.0.1:3260', ...local])).toEqual([]);
    const alone = [disk('sda', { session: 'session1' })];
    expect(look([first], [], ['10.9.0.1:3260', ...local, 'fd00::1:3260'], alone)[0]?.title).toMatch(
      /portal fd00::1:3260$/,
    );
  });

  it('says nothing of a state that nobody could read', () => {
    expect(look([{ ...first, state: null, connections: [{ name: 'x', state: null, portal: '' }] }])).toEqual([]);
  });
});
