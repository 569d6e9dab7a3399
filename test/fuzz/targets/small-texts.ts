import { execFileSync } from 'node:child_process';
import { oneLine } from '../../../src/channels/mail-of-message.ts';
import { shellWords } from '../../../src/model/command/shell-words.ts';
import { harmlessMessage, harmlessOptions, harmlessSource, REMOVED } from '../../../src/model/mounts/mount-secrets.ts';
import { nearestName } from '../../../src/model/nearest-name.ts';
import { parseMailbox } from '../../../src/model/notify/mailbox.ts';
import { UNPRINTABLE } from '../../../src/model/unprintable.ts';
import { shownAnswer } from '../../../src/notify/shown-answer.ts';
import { displayWidth } from '../../../src/render/display-width.ts';
import { escapeHtml } from '../../../src/render/markup.ts';
import { bytesOf, clip, cutToBytes } from '../../../src/render/message/clip.ts';
import { cut, pluginText } from '../../../src/render/plugin-summary.ts';
import { printable, unambiguous } from '../../../src/render/printable.ts';
import { hang, wrap } from '../../../src/render/wrap.ts';
import { fromStored, toStored } from '../../../src/store/stored-text.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';
import { HOSTILE_WORDS } from './hostile-words.ts';

const isPrintable = (text: string): boolean => text.search(UNPRINTABLE) === -1;

const plain = target({
  name: 'printable-text',
  share: 1,
  texts: () => HOSTILE_WORDS,
  words: HOSTILE_WORDS,
  read: (text) => ({
    printed: [printable(text), unambiguous(text), pluginText(text), escapeHtml(text)],
    lines: [...wrap(printable(text), 40), ...hang('  lead  ', printable(text), 30)],
    cuts: [cut(text, 50), cutToBytes(text, 50), oneLine(text, 50), clip(text, 50)],
    harmless: shownAnswer(text, ['S3cret', 'S3']),
    stored: toStored(text),
    width: displayWidth(text),
    near: nearestName(text, ['probe_timeout', 'capacity_warning']),
  }),
  laws: ({ printed, lines, cuts, harmless: said, stored }, text) => {
    for (const made of [...printed, ...lines, said, cuts[2] ?? '', cuts[3] ?? ''])
      expectTrue(isPrintable(made), `not printable: ${JSON.stringify(made)}`);
    expectSame(printable(printable(text)), printed[0], 'what is printable is changed');
    const [, , plugin = '', html = ''] = printed;
    expectTrue(!/[|<>&`$;"]/.test(plugin), `a plugin's text acts: ${plugin}`);
    expectTrue(!/[<>"']/.test(html) && !/&(?!(?:amp|lt|gt|quot|#39);)/.test(html), `markup: ${html}`);
    const words = (list: string) => list.replaceAll(' ', '');
    expectSame(words(wrap(printable(text), 40).join('')), words(printable(text)), 'wrapping loses text');
    for (const made of cuts.slice(0, 2)) expectTrue(bytesOf(made) <= 53, `${bytesOf(made)} bytes are not cut`);
    expectTrue(!/s3/i.test(said) && [...said].length <= 400, 'a secret is said, or too much');
    expectTrue([...(cuts[3] ?? '')].length <= 50, 'what is clipped is too long');
    expectSame(fromStored(stored), text, 'what is kept comes back as another text');
    expectTrue(!/[\0\p{Cs}]/u.test(stored), 'a NUL or half a character is kept');
  },
});

/** The words of a POSIX shell with `$'…'`, as far as shellWords uses it; throws where a character would act. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  const part = /'([^']*)'|\$'((?:\\[0-3][0-7]{2}|\\[\\']|[^\\'])*)'|\\'|([\w@%+=:,./-]+)/y;
  for (let at = 0; at < line.length; ) {
    const bytes: Buffer[] = [];
    for (part.lastIndex = at; at < line.length && line[at] !== ' '; part.lastIndex = at) {
      const found = part.exec(line);
      if (found === null) throw new Error(`${JSON.stringify(line[at])} acts in ${line.slice(0, 200)}`);
      const [whole, single, dollar, bare] = found;
      const escaped = dollar?.replace(/\\([0-7]{3}|[\\'])|[^\\]+/g, (piece, code?: string) => {
        bytes.push(/^\d/.test(code ?? '') ? Buffer.from([Number.parseInt(code ?? '', 8)]) : Buffer.from(code ?? piece));
        return '';
      });
      if (escaped === undefined) bytes.push(Buffer.from(single ?? bare ?? "'"));
      at += whole.length;
    }
    words.push(Buffer.concat(bytes).toString());
    at += 1;
  }
  return words;
}

const shell = target({
  name: 'shell-words',
  share: 1,
  texts: () => HOSTILE_WORDS,
  words: [...HOSTILE_WORDS, '§', ' ', '=', '!', '\\', "'"],
  read: (text) => shellWords(text.split('§')),
  laws: (line, text) => {
    const argv = text.split('§').map((word) => word.toWellFormed());
    expectTrue(isPrintable(line), `not printable: ${JSON.stringify(line)}`);
    expectSame(wordsOf(line), argv, 'a shell reads other words');
    // What bash itself makes of it, now and then: to start it takes more time than all the rest.
    if (text.length % 250 !== 7 || text.includes('\0')) return;
    const read = execFileSync('bash', ['-c', shellWords(['printf', '%s\\0', ...argv])], { encoding: 'utf8' });
    expectSame(read.split('\0').slice(0, -1), argv, 'bash reads other words');
  },
});

const secrets = target({
  name: 'mount-secrets',
  share: 1,
  texts: () => ['//h/s,password=x,rw', 'https://u:p@h/', 'u:p@h:/x', 'credentials="a b",rw'],
  words: [
    'password=',
    'pass=',
    'user:pw@host',
    'https://',
    '//',
    '@',
    ':',
    ',',
    '"',
    ' ',
    '\n',
    '=',
    '#',
    'S3cret',
    'token=S3cret',
    'credentials=',
  ],
  read: (text) => ({
    source: harmlessSource(text, 'fuse.x'),
    options: harmlessOptions(text.split(',')).join(','),
    message: harmlessMessage(text),
  }),
  laws: ({ source, options, message }, text) => {
    expectSame(harmlessSource(source, 'fuse.x'), source, 'a second look at the source removes more');
    expectSame(harmlessOptions(options.split(',')).join(','), options, 'a second look at the options removes more');
    for (const shown of [source, options])
      expectTrue(!/(?:^|,)(?:password|token|pass)=(?!removed-by)[^,\s"]/.test(shown), `a secret is left: ${shown}`);
    expectTrue(message.length <= (text.length + 1) * (REMOVED.length * 2 + 2), 'it grows without bound');
  },
});

const mailbox = target({
  name: 'mailbox',
  share: 0.5,
  texts: () => ['Node <pve1@example.org>', '"Ops, Team" <ops+pve@example.org>', 'root', 'a@b'],
  words: ['<', '>', '@', '"', ' ', ',', ';', '-', 'root', 'example.org', '\r\n', 'Bcc: x@y', '|', '/'],
  read: parseMailbox,
  laws: (box) => {
    if (box === null) return;
    expectTrue(!/[\s\p{Cc}<>,;|/`!]/u.test(box.address) && !box.address.startsWith('-'), `address ${box.address}`);
    expectTrue(!/[\p{Cc}\p{Zl}\p{Zp}<>]/u.test(box.name), `name ${box.name}`);
  },
});

export const SMALL_TEXTS: readonly Target[] = [plain, shell, secrets, mailbox];
