import { type Capture, type CapturedProbe, decodeText } from '../../src/model/capture.ts';

/** Text that whoever owns a guest may put where it is read: names of this node's own things first. */
export function hostileTexts(capture: Capture): readonly string[] {
  const info = [capture.commands?.['dmsetup-info'] ?? []].flat()[0];
  const names = decodeText(info?.stdout ?? '')
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((name) => name !== '');
  const [first = 'vg-vm--100--disk--0', ...others] = names;
  return [
    `/dev/mapper/${others.at(-1) ?? first}`,
    `-id 100 -pidfile /var/run/qemu-server/100.pid\n[snap]\nscsi0: san:${names.join(',')}`,
    `\u202e\u001b[2J|;$(reboot)<script>\u0000\r\n${first} \ufffd\\040${'A'.repeat(5000)}`,
  ];
}

/** As the kernel writes it into a mount table (fs/seq_file.c mangle_path): no text of a guest ends a line or a field. */
const mangled = (text: string): string =>
  text.replaceAll('\0', '').replace(/[ \t\n\\#]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);

const PID = 999_990;

/** Short names by which others are told. */
const IMPOSTORS = ['lxc-start', 'kvm', 'task UPID:pve1:', 'pve-doctor'];

/** A process of a container, which may be a privileged one: then its user is 0 as well. */
function impostor(pid: number, name: string, text: string): NonNullable<Capture['files']> {
  const uid = pid % 2 === 0 ? 0 : 100_000;
  const line = text.replaceAll('\n', '\\n');
  return {
    [`/proc/${pid}/stat`]: `${pid} (${name}) D 1 1 1 0 -1 4194560 1 1 0 0 1 1 0 0 20 0 5 0 4242 1 1\n`,
    [`/proc/${pid}/comm`]: `${name}\n`,
    [`/proc/${pid}/cgroup`]: '0::/lxc/101/ns/lxc.monitor/102/qemu.slice/100.scope\n',
    [`/proc/${pid}/cmdline`]: `${name}\0-id\x00100\0${text}\0`,
    [`/proc/${pid}/status`]: `Name:\t${line}\nUid:\t${uid}\t0\t0\t0\nNSpid:\t${pid}\t7\n`,
    [`/proc/${pid}/mountinfo`]: withMounts('', text),
  };
}

/**
 * The node with what root in a container may add and say: a process with any names, mounts without a device, its fstab,
 * the answers of its file systems. What the kernel itself says of the container stays.
 */
export function hostileContainer(capture: Capture, text: string): Capture {
  const files = Object.entries(capture.files ?? {}).map(([path, content]): [string, typeof content] => {
    if (/^\/proc\/(?!1\/)\d+\/mountinfo$/.test(path)) return [path, withMounts(content, text)];
    if (/^\/proc\/\d+\/comm$/.test(path)) return [path, text.slice(0, 15).replaceAll('\n', '?')];
    return [path, content];
  });
  const own: NonNullable<Capture['files']> = Object.assign(
    {},
    ...IMPOSTORS.map((name, at) => impostor(PID + at, name, text)),
  );
  const { '/proc': processes } = capture.directories ?? {};
  return {
    ...capture,
    files: { ...Object.fromEntries(files), ...own },
    links: { ...capture.links, [`/proc/${PID}/ns/mnt`]: `mnt:[${PID}]` },
    ...(Array.isArray(processes)
      ? { directories: { ...capture.directories, '/proc': [...processes, ...IMPOSTORS.map((_, at) => `${PID + at}`)] } }
      : {}),
    probes: Object.fromEntries(
      Object.entries(capture.probes ?? {}).map(([name, probe]) => [name, hostileProbe(name, probe, text)]),
    ),
  };
}

function withMounts<T>(content: T, text: string): T | string {
  if (typeof content !== 'string' && !Array.isArray(content)) return content;
  const word = mangled(text).slice(0, 3000);
  const lines = ['/', '/mnt/', '/dev/'].map(
    (above, at) => `${900 + at} 20 0:9${at} /${word} ${above}${word} rw - fuse.${word} ${word} rw,${word}`,
  );
  const before = decodeText(content);
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`;
}

function hostileProbe(name: string, probe: CapturedProbe, text: string): CapturedProbe {
  if (/^read \/proc\/\d+\/root/.test(name)) return { stdout: `nas:/${text} /mnt/${text} nfs\n${text}` };
  return /^statfs \/proc\/\d+\/root/.test(name)
    ? { stdout: '18446744073709551615 9007199254740993 0 0 0 0 x\n' }
    : probe;
}

/** The node with what a user with rights on a guest may write into its configuration: its description, name and tags. */
export function hostileUser(capture: Capture, text: string): Capture {
  // PVE writes a description as comments before everything else, line by line (pve-guest-common AbstractConfig.pm).
  const described = text
    .replaceAll('\0', '')
    .split(/\r?\n/)
    .map((line) => `#${line}\n`);
  const files = Object.entries(capture.files ?? {}).map(([path, content]): [string, typeof content] => {
    if (!/^\/etc\/pve\/.*\/\d+\.conf$/.test(path) || (typeof content !== 'string' && !Array.isArray(content)))
      return [path, content];
    return [path, `${described.join('')}${decodeText(content)}`];
  });
  return { ...capture, files: Object.fromEntries(files) };
}

/**
 * The node with what the administrator of a VM may write on its disk, should LVM of the node look into it: a volume group
 * of each name that the node knows, with volumes of its own that have the names of the node's, or of anything else.
 */
export function hostileDisk(capture: Capture, text: string): Capture {
  const commands = Object.entries(capture.commands ?? {}).map(([name, runs]): [string, typeof runs] => {
    if (!name.startsWith('lvm-fullreport')) return [name, runs];
    const added = [runs].flat().map((run) => ({ ...run, stdout: withOwnGroups(decodeText(run.stdout ?? ''), text) }));
    return [name, added];
  });
  return { ...capture, commands: Object.fromEntries(commands) };
}

type Row = Readonly<Record<string, string>>;
type GroupReport = Readonly<Record<string, readonly Row[]>>;

function withOwnGroups(json: string, text: string): string {
  if (json === '') return json;
  const { report, ...rest } = JSON.parse(json) as { readonly report: readonly GroupReport[] };
  return JSON.stringify({ ...rest, report: [...report, ...report.map((group, at) => ownGroup(group, at, text))] });
}

/** Another UUID for the group and each of its volumes, one volume less, and one more of any name. */
function ownGroup(group: GroupReport, number: number, text: string): GroupReport {
  const vgUuid = `EVIL0${number}-EVIL-EVIL-EVIL-EVIL-EVIL-EVIL0${number}`;
  const device = { pv_name: `/dev/sdz${number}`, pv_major: '65', pv_minor: `${number}` };
  const lvs = (group['lv'] ?? []).slice(1);
  const uuidOf = (at: number): string => `${`${at}`.padStart(6, 'E')}-EVIL-EVIL-EVIL-EVIL-EVIL-EVIL0${number}`;
  const visible = lvs.filter((lv) => lv['lv_name']?.startsWith('[') !== true).length;
  const lvName = text.replaceAll(/[^A-Za-z0-9+_.-]/g, '').slice(0, 100) || 'vm-100-disk-0';
  return {
    vg: (group['vg'] ?? []).map((vg) => ({ ...vg, vg_uuid: vgUuid, lv_count: `${visible + 1}` })),
    pv: (group['pv'] ?? []).map((pv) => ({ ...pv, ...device })),
    lv: [...lvs, { ...lvs[0], lv_name: lvName }].map((lv, at) => ({ ...lv, vg_uuid: vgUuid, lv_uuid: uuidOf(at) })),
    seg: lvs.map((_, at) => ({
      ...{ lv_uuid: uuidOf(at), segtype: 'linear', seg_start: '0', seg_size: '4194304', thin_id: '' },
      devices: `${device.pv_name}(0)`,
    })),
    pvseg: (group['pvseg'] ?? []).map(() => ({ pv_name: device.pv_name })),
  };
}
