import { describe, expect, it } from 'vitest';
import { parseMountedPlaces, parseMountinfo } from './mountinfo.ts';

describe('parseMountinfo', () => {
  it('reads every field', () => {
    const text = '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw,errors=continue\n';
    expect(parseMountinfo(text)).toEqual({
      value: [
        {
          ...{ mountId: 36, parentId: 35, devNo: '98:0', root: '/mnt1', target: '/mnt2' },
          options: ['rw', 'noatime'],
          ...{ fsType: 'ext3', source: '/dev/root', superOptions: ['rw', 'errors=continue'] },
        },
      ],
      problems: [],
    });
  });

  it('reads mounts of a real node', () => {
    const text = `23 1 0:19 / / rw,relatime - overlay overlay rw,lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work
30 23 254:20 / /mnt/held rw,relatime - ext4 /dev/mapper/held-by-mount rw
`;
    const { value, problems } = parseMountinfo(text);
    expect(problems).toEqual([]);
    expect(value[1]).toMatchObject({ devNo: '254:20', target: '/mnt/held', source: '/dev/mapper/held-by-mount' });
  });

  it('decodes escapes byte by byte to UTF-8', () => {
    const text =
      '1 0 0:50 / /mnt/My\\040Sh\\303\\244re\\134040\\011x rw - nfs4 srv:/a\\040b rw,comment=systemd.automount\\054noauto\n';
    expect(parseMountinfo(text).value[0]).toMatchObject({
      ...{ target: '/mnt/My Shäre\\040\tx', source: 'srv:/a b', superOptions: ['rw', '1 more option'] },
    });
  });

  it('reads a mount whose source is empty', () => {
    expect(parseMountinfo('1 0 0:50 / /x rw - tmpfs  rw\n').value[0]).toMatchObject({ fsType: 'tmpfs', source: '' });
  });

  it('has a problem with a cut text and with a line that is no mount', () => {
    expect(parseMountinfo('1 0 0:50 / /x rw - tmpfs tmpfs r').problems).toHaveLength(1);
    expect(parseMountinfo('1 0 0:50 / /x rw tmpfs tmpfs rw\n').problems).toHaveLength(1);
    expect(parseMountinfo('1 0 x / /x rw - tmpfs tmpfs rw\n').problems).toHaveLength(1);
    expect(parseMountinfo('').problems).toHaveLength(1);
  });
});

describe('parseMountedPlaces', () => {
  it.each([
    '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw,errors=continue\n',
    '1 0 0:50 / /mnt/My\\040Sh\\303\\244re rw - nfs4 srv:/a\\040b rw\n2 0 0:51 / /x rw - tmpfs  rw\n',
    '1 0 0:50 / /dav rw - fuse https://user:password@host/ rw\n',
    '1 0 0:50 / /x rw - tmpfs tmpfs r',
    '1 0 0:50 / /x rw tmpfs tmpfs rw\n2 0 0:51 / /y rw - tmpfs tmpfs rw\n',
    '1 0 x / /x rw - tmpfs tmpfs rw\n-1 0 0:1 / /x rw - a b c\n1 0 0:1 /  rw - a b c\n1 0 0:1 / /x rw - a\n',
    '',
  ])('says of %j what the whole parse says', (text) => {
    const { value, problems } = parseMountinfo(text);
    const places = value.map(({ devNo, target, source }) => ({ devNo, target, source }));
    expect(parseMountedPlaces(text)).toEqual({ value: places, problems });
  });
});
