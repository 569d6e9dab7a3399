import type { Capture } from '../../../src/model/capture.ts';
import type { Report } from '../../../src/model/report.ts';
import { parseCapture } from '../../../src/parse/capture.ts';
import { redactCapture } from '../../../src/redact/redact-capture.ts';
import { renderJson } from '../../../src/render/json.ts';
import { reportOf } from '../../capture-files.ts';
import { wholeCaptures } from '../corpus.ts';
import { expectSame, expectSound } from '../sound.ts';
import { type Target, target } from '../target.ts';

const WORDS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    'null',
    'true',
    '1',
    '1e400',
    '"unreadable":"denied"',
    '"base64":"AAA="',
    '{"toString":1}',
  ],
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

export const CAPTURES: readonly Target[] = [parse, replay, redact];
