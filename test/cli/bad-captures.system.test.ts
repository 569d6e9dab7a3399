import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCapture } from '../../src/parse/capture.ts';
import { redactCapture } from '../../src/redact/redact-capture.ts';
import { reportOf } from '../capture-files.ts';
import { madeUpNode } from '../redact/made-up-node.ts';
import { PROGRAM } from './program.ts';

const HEAD = '"format":"pve-doctor-capture","version":1,"takenAt":"2026-11-20T02:00:00.000Z"';
const whole = JSON.stringify(madeUpNode());
const MIB = 1024 * 1024;

const withHead = (rest: string): string => `{${HEAD},${rest}}`;

const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /it is not JSON/],
  ['garbage', '\u001b[31m\u0007\u009b no JSON', /it is not JSON/],
  ['half a capture', whole.slice(0, whole.length / 2), /it is not JSON/],
  ['no object', '[]', /capture: expected an object/],
  ['another format', '{"format":"tar"}', /capture\.format: expected one of/],
  [
    'another version',
    `{${HEAD.replace('"version":1', '"version":2')}}`,
    /is a capture of version \d+, and this pve-doctor reads version 1 only/,
  ],
  ['no time', `{${HEAD.replace(/"takenAt":.*/, '"takenAt":"yesterday"')}}`, /takenAt: expected an ISO 8601 time/],
  ['an unknown key', withHead('"\\u001b[2Jkey":1'), /capture: unknown key "\\u001b\[2Jkey"/],
  ['a key of every object', withHead('"toString":1'), /capture: unknown key "toString"/],
  ['a prototype', withHead('"__proto__":{"files":{}}'), /capture: unknown key "__proto__"/],
  ['a key of 10 MB', withHead(`"${'K'.repeat(10 * MIB)}":1`), /capture: unknown key "K{80}…"/],
  ['a file that is a number', withHead('"files":{"/a\\u001b\\n":5}'), /files\["\/a\\u001b\\n"\]: expected text/],
  ['lines of numbers', withHead('"commands":{"dmsetup-info":{"stdout":[1]}}'), /stdout: expected an array of strings/],
  ['base64 that is none', withHead('"files":{"/etc/pve/storage.cfg":{"base64":"a"}}'), /cfg"\]: expected text/],
  ['a size that is none', withHead('"rootCapacity":{"totalBytes":1e999,"availableBytes":1}'), /expected a number/],
  ['a mode that is none', withHead(`"stats":{"/a":{"mode":"${'7'.repeat(400)}"}}`), /mode: expected an octal mode/],
  [
    'deep arrays',
    withHead(`"files":{"/a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    /"\/a"\]: expected an array/,
  ],
];

describe('a text that is no capture: one complaint with its place', () => {
  it('does not quote what is not JSON: it may be any file that root was made to read', () => {
    expect(parseCapture('root:$6$salt$hash:20000::::::')).toEqual({
      complaint: 'is not a pve-doctor capture: it is not JSON',
    });
    expect(parseCapture('{"a": secret}')).toEqual({ complaint: 'is not a pve-doctor capture: it is not JSON' });
  });

  it.each(BAD)('%s', (_, text, complaint) => {
    const parsed = parseCapture(text);
    expect('complaint' in parsed ? parsed.complaint : 'none').toMatch(complaint);
    expect('complaint' in parsed && parsed.complaint.length).toBeLessThan(400);
  });
});

const odd = madeUpNode();
const CONTROL = '\u001b]0;x\u0007\u202e\0\u009b\n';
const STRANGE: Readonly<Record<string, object>> = {
  'keys that objects have': { ...odd, files: JSON.parse('{"__proto__":["x"],"constructor":"y","toString":"z"}') },
  'commands that objects have': { ...odd, commands: JSON.parse('{"__proto__":{"exitCode":1},"toString":{}}') },
  'paths of no form': {
    ...odd,
    links: { '': 'a', relative: 'b', '///': '../..', '/a//b/': '', '/sys/dev/block/8:1': '..' },
  },
  'names of no form': { ...odd, directories: { '/proc': ['1', '../../etc', 'a/b', '\u001b[31m', '', '..'], '': [''] } },
  'probes of no form': { ...odd, probes: { statfs: {}, '': {}, 'read \u001b': { stdout: '\0' } } },
  'answers of no form': {
    ...odd,
    servers: { x: { answers: null, detail: '' }, '[::1]:x': { answers: true, detail: '\u001b' } },
  },
  'numbers of no size': {
    ...odd,
    openBlockDevices: [
      [-1, '8:0'],
      [1.5, '99999999999999999999:0'],
    ],
    rootCapacity: { totalBytes: -1e308, availableBytes: 1e308 },
  },
  'runs that were none': { ...odd, commands: { 'dmsetup-info': [], 'lvm-fullreport': [{ outcome: 'killed' }] } },
  'control characters': {
    ...odd,
    files: Object.fromEntries(Object.keys(odd.files ?? {}).map((path) => [path, CONTROL])),
  },
  'long texts': {
    ...odd,
    files: { ...odd.files, '/proc/1/mountinfo': 'B'.repeat(MIB), '/etc/pve/storage.cfg': 'a '.repeat(MIB / 8) },
  },
};

describe('a capture of strange content gives a report, and can be redacted', () => {
  it.each(Object.entries(STRANGE))('%s', async (_, capture) => {
    const parsed = parseCapture(JSON.stringify(capture));
    if ('complaint' in parsed) throw new Error(parsed.complaint);
    const report = await reportOf(parsed.capture);
    const redacted = await reportOf(redactCapture(parsed.capture));
    const verdict = ({ exitCode, grade, findings }: typeof report) => [
      exitCode,
      grade,
      findings.map(({ code }) => code).sort(),
    ];
    expect(verdict(redacted)).toEqual(verdict(report));
  });
});

const directory = mkdtempSync(join(tmpdir(), 'bad-captures-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What `check --from` says of a file, as a user sees it. */
function check(name: string, content: Buffer | string | null) {
  const path = join(directory, name);
  if (content !== null) writeFileSync(path, content);
  const done = spawnSync(PROGRAM, ['check', '--from', path], { encoding: 'utf8' });
  return { status: done.status, stderr: done.stderr };
}

describe('check --from a file that is no capture: one clear line and exit status 64', () => {
  it.each([
    ['garbage', Buffer.from([0x00, 0x1b, 0x5b, 0x32, 0x4a, 0xff, 0x9b]), /is not a pve-doctor capture: it is not JSON/],
    ['half.gz', gzipSync(whole).subarray(0, 500), /cannot be unpacked/],
    ['bomb.gz', gzipSync(Buffer.alloc(300 * MIB), { level: 1 }), /unpacks to more than 256 MiB/],
    ['key.json', withHead('"\\u001b[2J\\u202e\\u009bkey":1'), /unknown key "\\u001b\[2J\\u202e\\x9bkey"/],
    ['not-there', null, /cannot read the capture .*not-there/],
    ['\u001b[31mname', '{}', /\\x1b\[31mname is not a pve-doctor capture: capture: "format" is missing/],
  ])('%j', (name, content, message) => {
    const { status, stderr } = check(name, content);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]|^\s+at /m);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(64);
  });
});
