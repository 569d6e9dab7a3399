import { expect, it } from 'vitest';
import type { Report } from '../../src/model/report/report.ts';
import { readCapture, reportOf, situations } from '../capture-files.ts';

/**
 * A report is read hours later: by then the mount may be another, the storage changed, the server gone. So what findings about mounts
 * print only looks, and comes back; the one exception does nothing where anything is mounted.
 */

const CODES = /^(?:MNT|CT)\d{3}$/;

const LOOKS = [
  /^timeout -s KILL \d+ (?:stat -f|ls -la|df -[hi]) \//,
  /^timeout \d+ (?:showmount -e|smbclient -N -L) /,
  /^grep -(?:F|rsF) -- /,
  /^grep -A 8 : \S+\$ \/etc\/pve\/storage\.cfg$/,
  /^(?:lsblk -f|journalctl -k -n 100 --no-pager|journalctl -k --no-pager --grep (?:EXT4-fs|XFS|BTRFS)|pct config \d+)$/,
  /^(?:pgrep -af|ps -o [\w,:]+ -p) [\w.,-]+$/,
  /^unshare -m sh -c mount -o bind,ro "\$1" \/sys && ls -la "\/sys\/\$2" sh /,
  // As pvestatd does it every few seconds.
  /^timeout -k 5 20 pvesm status --storage \S+$/,
];
const HARMLESS = [...LOOKS, /^timeout 25 systemctl start \S+\.mount$/];

const printed = ({ findings }: Report): readonly string[] =>
  findings
    .filter(({ code }) => CODES.test(code))
    .flatMap(({ code, remedy }) =>
      remedy.commands.map((argv) => `${code}: ${argv.join(' ').replace(/^pct exec \d+ -- /, '')}`),
    );

it('what findings about mounts print of every capture changes nothing, now or hours later', async () => {
  const lines: string[] = [];
  for (const situation of situations) lines.push(...printed(await reportOf(readCapture(situation))));
  expect(lines.length).toBeGreaterThan(30);
  const others = lines.filter((line) => !HARMLESS.some((pattern) => pattern.test(line.replace(/^\w+: /, ''))));
  expect(others).toEqual([]);
}, 120_000);
