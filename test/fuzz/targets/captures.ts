import { type Capture, decodeText } from '../../../src/model/capture.ts';
import type { Report } from '../../../src/model/report/report.ts';
import { UNPRINTABLE } from '../../../src/model/unprintable.ts';
import { parseCapture } from '../../../src/parse/capture.ts';
import { redactCapture } from '../../../src/redact/redact-capture.ts';
import { renderCheckmk } from '../../../src/render/checkmk.ts';
import { renderJson } from '../../../src/render/json.ts';
import { renderNagios } from '../../../src/render/nagios.ts';
import { renderPrometheus } from '../../../src/render/prometheus.ts';
import { renderText } from '../../../src/render/text.ts';
import { readCapture, reportOf, situations } from '../../capture-files.ts';
import { readExposition } from '../../monitoring/exposition.ts';
import { readLocalCheck } from '../../monitoring/local-check.ts';
import { readPluginOutput } from '../../monitoring/plugin-output.ts';
import { wholeCaptures } from '../corpus.ts';
import { expectSame, expectSound, expectTrue } from '../sound.ts';
import { JSON_WORDS, type Target, target } from '../target.ts';

const WORDS = [
  ...[...JSON_WORDS, 'true', '1', '1e400', '"unreadable":"denied"', '"base64":"AAA="', '{"toString":1}'],
  ...[
    '"format":"pve-doctor-capture"',
    '"version":1',
    '"takenAt":"2026-01-01T00:00:00Z"',
    '"commands":{',
    '"files":{',
    '"stats":{',
  ],
  ...[
    '"/proc/self/mountinfo":"',
    '"/etc/pve/storage.cfg":"',
    '"lvm-fullreport":{',
    '"openBlockDevices":[[1,{"toString":1}]]',
  ],
  ...[
    '"dmsetup-info":{',
    '"stdout":"',
    '"mode":"100600"',
    '"probes":{"statfs /x":',
    '"beneath":{',
    '"servers":{',
    '"__proto__":{',
    '\\n',
    '\\u0000',
  ],
];

const parse = target({
  name: 'capture',
  share: 1,
  texts: wholeCaptures,
  words: WORDS,
  read: (text) => {
    const parsed = parseCapture(text);
    return 'complaint' in parsed ? parsed : { capture: parsed.capture };
  },
  laws: (parsed) => {
    if ('complaint' in parsed) return;
    expectSame(parseCapture(JSON.stringify(parsed.capture)), parsed, 'what is printed is read otherwise');
  },
});

/** Whatever a capture says, if it is one: it is judged, and what is said of it is sound. */
async function judged(text: string): Promise<{ readonly capture: Capture; readonly report: Report } | null> {
  const parsed = parseCapture(text);
  return 'complaint' in parsed ? null : { capture: parsed.capture, report: await reportOf(parsed.capture) };
}

const replay = target({
  name: 'replayed-capture',
  share: 0.04,
  texts: wholeCaptures,
  words: WORDS,
  read: judged,
  laws: (answer, text) => {
    if (answer === null) return;
    expectSound(answer.report, `${text}${text}`);
    JSON.parse(renderJson(answer.report));
  },
  passesOn: true,
});

const redact = target({
  name: 'redacted-capture',
  share: 0.04,
  texts: wholeCaptures,
  words: WORDS,
  read: (text) => {
    const parsed = parseCapture(text);
    return 'complaint' in parsed ? null : redactCapture(parsed.capture);
  },
  laws: (redacted) => {
    if (redacted === null) return;
    const again = parseCapture(JSON.stringify(redacted));
    if ('complaint' in again) throw new Error(`what is redacted is no capture any more: ${again.complaint}`);
  },
  passesOn: true,
});

/** `SITUATION PLACE` in the first line: that file or output of that capture is the rest of the text. */
async function damagedNode(text: string): Promise<Report | null> {
  const [, situation = '', place = '', content = ''] = /^(\S+) (\S+)\n(.*)$/s.exec(text) ?? [];
  const capture = SMALL.get(situation);
  if (capture === undefined) return null;
  if (place.startsWith('/')) return reportOf({ ...capture, files: { ...capture.files, [place]: content } });
  const runs = [capture.commands?.[place] ?? []].flat().map((run) => ({ ...run, stdout: content }));
  return reportOf({ ...capture, commands: { ...capture.commands, [place]: runs } });
}

const SMALL = new Map(
  situations
    .map((situation) => [situation, readCapture(situation)] as const)
    .filter(([, capture]) => JSON.stringify(capture).length < 40_000),
);

const places = (): readonly string[] =>
  [...SMALL].flatMap(([situation, { files, commands }]) => [
    ...Object.entries(files ?? {}).flatMap(([path, entry]) =>
      typeof entry === 'object' && 'unreadable' in entry ? [] : [`${situation} ${path}\n${decodeText(entry)}`],
    ),
    ...Object.entries(commands ?? {}).flatMap(([name, run]) =>
      [run].flat().map(({ stdout }) => `${situation} ${name}\n${decodeText(stdout ?? '')}`),
    ),
  ]);

const TEXT = { width: 100, colour: false, quiet: false, runningFirst: false, verbose: true };

/** One thing of a node says anything: the report is sound, every form of it can be made, and none of them acts. */
const damaged = target({
  name: 'damaged-node',
  share: 0.1,
  texts: places,
  words: [
    ...WORDS,
    '\n',
    ' ',
    '\t',
    '0 8 linear 7:2 0',
    'scsi0: local-lvm:vm-100-disk-0\n',
    'vm-9-disk-0',
    '1e400',
    '-1',
  ],
  read: damagedNode,
  laws: (report, text) => {
    if (report === null) return;
    expectSound(report, `${text}${' '.repeat(20_000)}`);
    JSON.parse(renderJson(report));
    const forms = [renderText(report, TEXT), renderPrometheus(report), renderNagios(report), renderCheckmk(report)];
    for (const made of forms)
      expectTrue(made.replaceAll('\n', '').search(UNPRINTABLE) === -1, 'a form is not printable');
    readExposition(renderPrometheus(report));
    readPluginOutput(renderNagios(report));
    readLocalCheck(renderCheckmk(report));
  },
  passesOn: true,
  growsOtherwise: true,
});

export const CAPTURES: readonly Target[] = [parse, replay, redact, damaged];
