import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Capture, decodeText } from '../../src/model/capture.ts';
import { readCapture } from '../capture-files.ts';
import { answerTo } from './damage/law.ts';

const CONFIG = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const orphaned = readCapture('config-without-vmgenid');
const VOLUME = 'vm-100-disk-9';
const NAME = 'ssd--ha01-vm--100--disk--9';

const withText = (text: string): Capture => ({ ...orphaned, files: { ...orphaned.files, [CONFIG]: text } });
const before = decodeText((orphaned.files?.[CONFIG] ?? '') as string);

/** What a newer Proxmox VE, another maker or an administrator may write around a volume's name. */
const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,12}$/);
const key = fc.oneof(
  fc.constantFrom('scsi0', 'scsi3', 'scsi99', 'virtio7', 'nvme0', 'mp3', 'vmstate', 'args', 'unused0', 'hookscript'),
  fc.constantFrom('description', 'name', 'tags', 'delete', 'boot', 'lxc.mount.entry', 'fleecing-images', 'Scsi1'),
  word,
);
const value = fc.oneof(
  fc.constantFrom('4G', '1', '', 'newaio', '%20', '"', '\ufffd', 'none', 'cdrom', '/dev/x', '\u001b[2J'),
  word,
  fc.string({ maxLength: 10 }).filter((text) => !text.includes('\n')),
);
const option = fc.oneof(
  fc.tuple(word, value).map(([name, given]) => `${name}=${given}`),
  value.map((text) => text.replaceAll(',', '')),
);
const named = fc.oneof(
  fc.constantFrom(`ssd-ha01:${VOLUME}`, `/dev/ssd-ha01/${VOLUME}`, `/dev/mapper/${NAME}`, `gone:${VOLUME}`, VOLUME),
  fc.constantFrom(`file=ssd-ha01:${VOLUME}`, `volume=ssd-ha01:${VOLUME}`, `/dev/disk/by-id/dm-name-${NAME}`),
  word.map((name) => `${name}=ssd-ha01:${VOLUME}`),
);
const line = fc
  .tuple(
    fc.constantFrom('', ' ', '#', '\t'),
    key,
    fc.constantFrom(': ', ':', ' ', ' : ', '= '),
    named,
    fc.array(option),
  )
  .chain(([start, name, colon, volume, options]) =>
    fc.nat(options.length).map((at) => `${start}${name}${colon}${options.toSpliced(at, 0, volume).join(',')}`),
  );
const header = fc.constantFrom('', '[PENDING]\n', '[before]\n', '[special:fleecing]\n', '[special:new]\n', '[a b]\n');
const repeated = fc.constantFrom('', '[before]\n[before]\n', '[PENDING]\n[PENDING]\n', '\nscsi3: none\n');

const accusations = async (capture: Capture) => {
  const { report, steps } = await answerTo(capture);
  const accused = report.findings.filter(({ code }) => /^(?:DM01[0123]|LV001)$/.test(code));
  return [...accused.map(({ code, subject }) => `${code} ${subject.id}`), ...steps].filter((text) =>
    /disk--?9/.test(text),
  );
};

describe('a volume that any text of a configuration names', () => {
  it('is accused before the text is there', async () => {
    expect(await accusations(orphaned)).toContain(`DM012 ${NAME}`);
  });

  it('is not accused, whatever else stands in the line and in whatever section', async () => {
    await fc.assert(
      fc.asyncProperty(header, line, repeated, async (section, text, after) => {
        expect(await accusations(withText(`${before}\n${section}${text}\n${after}`))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [`scsi3: ssd-ha01:${VOLUME},newopt=1`],
    [`scsi3: ssd-ha01:${VOLUME},aio=newaio`],
    [`scsi3: newopt=1,file=ssd-ha01:${VOLUME}`],
    [`scsi99: ssd-ha01:${VOLUME}`],
    [`newkey: ssd-ha01:${VOLUME}`],
    [`[before]\nnewkey: ssd-ha01:${VOLUME},newopt=1`],
  ])('is valid where %j says in which VG it is', async (text) => {
    const { report } = await answerTo(withText(`${before}\n${text}\n`));
    expect(report.entries.find(({ name }) => name === NAME)?.class).toBe('valid');
  });
});
