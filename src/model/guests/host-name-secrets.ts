import { REMOVED } from '../mounts/mount-secrets.ts';

/**
 * Of files in which this node names devices, what may be recorded: the devices and what the files include. Passwords of initiators,
 * shared secrets and key files stand beside them. A line stays a line, by which the parsers count.
 */

/** What becomes of a device or a path. */
type SourceRule = (source: string) => string;

const isNamed = (text: string): boolean => /^["']?(?:\/|(?:UUID|LABEL|PARTUUID|PARTLABEL|ID)=)/.test(text);

const withRule = (text: string, rule: SourceRule): string => {
  const [, quote = '', inner = ''] = /^(["']?)(.*)\1$/s.exec(text) ?? [];
  return `${quote}${rule(inner)}${quote}`;
};

/** crypttab(5): the device, and a key that lies on one. */
export function crypttabLine(line: string, rule: SourceRule): string {
  const [name = '', device = '', key = ''] = line.trim().split(/[ \t]+/);
  if (line.trim() === '') return line;
  if (name.startsWith('#') || !isNamed(device)) return line.includes('\ufffd') ? '# \ufffd' : '#';
  const shownKey = key.startsWith('/dev/') ? rule(key) : 'none';
  return `x ${withRule(device, rule)} ${shownKey}${line.includes('\ufffd') ? ' \ufffd' : ''}`;
}

/** `disk`, `meta-disk` and `include` of DRBD, `backing-store`, `direct-store` and `include` of tgt. */
const NAMING =
  /(?:^|(?<=[\s;{}<]))((?:flexible-)?(?:meta-)?disk|(?:backing|direct)-store|include)\s+("[^"]*"|[^\s;{}<>"]+)/g;

export function resourceLine(line: string, rule: SourceRule, include: SourceRule = rule): string {
  if (line.trim() === '') return line;
  const shown = [...line.replace(/#.*$/, '').matchAll(NAMING)].flatMap(([, word = '', value = '']) => {
    if (word === 'include') return [`${word} ${withRule(value, (path) => included(path, include))}`];
    return isNamed(value) ? [`${word} ${withRule(value, rule)}`] : [];
  });
  const lost = line.includes('\ufffd') ? ' \ufffd' : '';
  // DRBD ends a word by a semicolon, tgt by the line.
  const end = /;/.test(line) ? ';' : '';
  return shown.length === 0 ? `#${lost}` : `${shown.join('; ')}${end}${lost === '' ? '' : ` #${lost}`}`;
}

/** What the packages themselves write. */
const PACKAGED =
  /^(?:(?:\/etc\/)?drbd\.d\/(?:global_common\.conf|\*\.res)|\/var\/lib\/linstor\.d\/\*\.res|\/etc\/tgt\/conf\.d\/\*\.conf)$/;

const included = (path: string, rule: SourceRule): string =>
  PACKAGED.test(path) ? path : path.startsWith('/') ? rule(path) : rule(`/${path}`).slice(1);

/** LIO's saveconfig.json: every `dev` in it. A text that is no JSON stays none. */
export function lioConfig(text: string, rule: SourceRule): string {
  if (text.trim() === '') return text;
  try {
    const devices: { readonly dev: string }[] = [];
    JSON.parse(text, (key, value: unknown) => {
      if (key === 'dev' && typeof value === 'string' && isNamed(value)) devices.push({ dev: rule(value) });
      return value;
    });
    return `${JSON.stringify({ storage_objects: devices })}\n`;
  } catch {
    return REMOVED;
  }
}
