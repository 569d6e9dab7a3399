import { hasLostBytes } from '../believable.ts';
import { isKnownOption } from './known-options.ts';
import { isRemoteConfigured, isRemoteProgram } from './remote-filesystems.ts';

/**
 * Credentials in mounts and messages: they leave the text as soon as it is read, for reports and captures alike. What is known
 * to be harmless is kept and all else goes, since nobody can list the places where programs take a password. The same text
 * becomes the same each time, and nothing changes when it is done twice.
 */

/** What stands where a secret may have been. */
export const REMOVED = 'removed-by-pve-doctor';

const COUNT = /^(\d{1,6})[ -]more[ -]options?$/;

/** What was kept of bytes that nobody could read must still be seen to be lost. */
const stillLost = (original: string, shown: string): string =>
  hasLostBytes(original) && !hasLostBytes(shown) ? `${shown}\ufffd` : shown;

/** Whether something was taken out of a source or of options: nobody can mount with what is left. */
export const isIncomplete = (text: string): boolean =>
  text.includes(REMOVED) || text.split(',').some((option) => COUNT.test(option));

/** Names with known values stay in their order; of the others it is said how many there are. */
export function harmlessOptions(options: readonly string[]): readonly string[] {
  if (options.every(isKnownOption)) return options;
  const known = options.filter(isKnownOption);
  const others = options.filter((option) => !isKnownOption(option));
  const hidden = others.reduce((sum, option) => sum + Number(COUNT.exec(option.replace('\ufffd', ''))?.[1] ?? 1), 0);
  return [...known, stillLost(others.join(), `${hidden} more option${hidden === 1 ? '' : 's'}`)];
}

/** The same in a text, where a blank would end the field. */
export const harmlessOptionText = (options: string): string =>
  harmlessOptions(options.split(',').filter((option) => option !== ''))
    .join(',')
    .replaceAll(' ', '-');

const HOST = String.raw`(?:\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|[\p{L}\p{N}_][\p{L}\p{N}\p{M}._-]*)(?::\d{1,5})?|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}`;
/** Ceph has several, between commas. */
const HOSTS = `(?:${HOST})(?:[,; ]+(?:${HOST}))*`;
const HOSTS_AND_PATH = new RegExp(`^(${HOSTS}|)(/.*|)$`, 'su');
const HOSTS_COLON_PATH = new RegExp(`^(${HOSTS})([:=])(.*)$`, 'su');

/**
 * Users that everybody has (Debian's base-passwd) or that software comes with, and what redaction calls one; any other may be
 * a token.
 */
const USER = new RegExp(`^(?:root|backup|nobody|www-data|admin|x[a-z]{3,6}\\d{1,6}|${REMOVED})$`);

/**
 * A password may hold whatever ends a user's name elsewhere, so the last sign counts. Behind what begins a query or a value it
 * may be a part of that.
 */
function withoutUser(text: string, then: (rest: string) => string): string {
  const at = text.lastIndexOf('@');
  if (at < 0) return then(text);
  const user = text.slice(0, at);
  if (/[?#=&]/.test(user)) return REMOVED;
  return `${USER.test(user) ? user : REMOVED}@${then(text.slice(at + 1))}`;
}

/** A path without what stands behind it in addresses, and without `name=value` in it. */
export function harmlessPath(path: string): string {
  if (path.startsWith('/dev/') && !path.includes('?')) return path;
  const query = path.indexOf('?');
  const shown = (query < 0 ? path : `${path.slice(0, query)}?${REMOVED}`)
    .replace(/[#;&,][^/=]*=.*$/s, `,${REMOVED}`)
    .replace(/=[^/]+/g, `=${REMOVED}`);
  return stillLost(path, shown);
}

const afterScheme = (rest: string): string =>
  withoutUser(rest, (place) => {
    const [, hosts, path = ''] = HOSTS_AND_PATH.exec(place.replace(/\?.*$/s, '')) ?? [];
    const query = place.includes('?') ? `?${REMOVED}` : '';
    return hosts === undefined ? REMOVED : `${hosts}${harmlessPath(path)}${query}`;
  });

const SCHEME = /^([a-z][a-z0-9+.-]{0,20}:\/\/|\/\/)(.*)$/is;

/** `nas:/export`, `remote:bucket`, `admin@fsid.name=/`, `pool/data`. */
const place = (text: string): string =>
  withoutUser(text, (rest) => {
    const [, hosts, separator, path = ''] = HOSTS_COLON_PATH.exec(rest) ?? [];
    if (hosts !== undefined && (separator === ':' || path.startsWith('/')))
      return `${hosts}${separator}${harmlessPath(path)}`;
    return /^[\p{L}\p{N}\p{M}_.+:/ -]*$/u.test(rest) && !/:(?!$)/.test(rest) ? rest : `${REMOVED}:${REMOVED}`;
  });

function sourceText(source: string): string {
  const [, scheme, rest = ''] = SCHEME.exec(source) ?? [];
  if (scheme !== undefined) return `${scheme}${afterScheme(rest)}`;
  if (source.startsWith('/')) return harmlessPath(source);
  const [, program = '', mounted] = /^([^\s/#]*)#(.*)$/s.exec(source) ?? [];
  if (mounted !== undefined)
    return isRemoteProgram(program) ? `${program}#${sourceText(mounted)}` : `${REMOVED}#${REMOVED}`;
  // rclone(1), connection strings: `:s3,access_key_id=…:bucket`
  const backend = /^:([a-z0-9]{1,20})(?=[,:])/i.exec(source)?.[1];
  if (backend !== undefined)
    return /^:[a-z0-9]+:[^,="]*$/i.test(source)
      ? `:${backend}:${place(source.slice(backend.length + 2))}`
      : `:${backend}:${REMOVED}`;
  const [, tag, value = ''] = /^(UUID|LABEL|PARTUUID|PARTLABEL|ID)=(.*)$/s.exec(source) ?? [];
  if (tag !== undefined) return `${tag}=${/^"?[\p{L}\p{N}\p{M}_.+/ -]*"?$/u.test(value) ? value : REMOVED}`;
  return place(source);
}

/** File systems of the kernel take no user in their source, so an `@` belongs to a path. */
const WITHOUT_USER = /^(?:nfs4?|cifs|smb3|smbfs|zfs)$/;
const EXPORT = new RegExp(`^((?:${HOST}):|//(?:${HOST})(?=/))(/.*)$`, 'su');

/** Where a mount comes from: scheme, host, port and path. */
export function harmlessSource(source: string, fsType: string): string {
  const [, host, path = ''] = (WITHOUT_USER.test(fsType) ? EXPORT.exec(source) : null) ?? [];
  if (host !== undefined) return stillLost(source, `${host}${harmlessPath(path)}`);
  const isLocal = fsType !== '' && !fsType.startsWith('fuse') && !isRemoteConfigured(fsType, source);
  if (isLocal && /^[\p{L}\p{N}\p{M}_.@+/ -]*$/u.test(source)) return source;
  return stillLost(source, sourceText(source));
}

/** A name beside which a secret may stand. */
export const mayNameSecret = (name: string): boolean => /pass|pwd|secret|token|key|user|cred|auth|options/i.test(name);

/** `name=value`, `--option value`, `password value`, and what stands before an `@`. */
const TELLING: readonly (readonly [RegExp, string])[] = [
  [/([\w.-]+\s?=\s?)(?:"[^"]*"|'[^']*'|(?!\d+(?:\s|$))[^\s'"]+)/g, `$1${REMOVED}`],
  [/((?:^|\s)--?[a-z][\w-]*\s+)(?![-/]|\d+(?:\s|$))\S+/gi, `$1${REMOVED}`],
  [/((?:^|\s)-p)(?!id|\s)\S+/g, `$1${REMOVED}`],
  [
    /(\b\w*(?:pass(?:word|wd|phrase|code)?|pwd?|secret|token|credentials?|api_?key|sig(?:nature)?|bearer|basic)\b['"]?(?:\s*[:=]|\s+(?:is|was))?\s+)(?!(?:is|was|not|for|of|and|or|to|in|has|required|file)\b)['"]?\S+/gi,
    `$1${REMOVED}`,
  ],
];

/** The system's own words at the end of a line. */
const REASON = /: [A-Z][a-z]+(?: [A-Za-z/]+){0,7}$/;

/** What a program said, as one may show it. A secret may have blanks in it: what follows one goes, up to the reason. */
export const harmlessMessage = (text: string): string => text.split('\n').map(messageLine).join('\n');

function messageLine(line: string): string {
  if (!/[=@?]|:\/\/|\s-|pass|pw|secret|token|cred|key|sig|bearer|basic/i.test(line)) return line;
  const words = line.replace(/(?:[^\s'"]*:\/\/\S*|[^\s'"]*(?:@|\?[^\s'"])[^\s'"]*)/g, (word) =>
    word.includes('://') || word.includes('@') ? messageWord(word) : harmlessPath(word),
  );
  const said = TELLING.reduce((shown, [pattern, by]) => shown.replace(pattern, by), words);
  if (said === line) return line;
  const end = said.indexOf(REMOVED) + REMOVED.length;
  const reason = REASON.exec(said)?.[0] ?? '';
  return `${said.slice(0, end)}${end + reason.length > said.length ? said.slice(end) : reason}`;
}

function messageWord(word: string): string {
  const [, before = '', address, after = ''] = /^([^\w/]*?)([a-z][a-z0-9+.-]*:\/\/.*?)([.,:;)\]]*)$/is.exec(word) ?? [];
  return address === undefined ? withoutUser(word, (rest) => rest) : `${before}${sourceText(address)}${after}`;
}

/** A process may write anything over its name, of which the kernel keeps 15 bytes. */
export const harmlessName = (name: string): string => (/[=@?&]|:\/\//.test(name) ? REMOVED : name);
