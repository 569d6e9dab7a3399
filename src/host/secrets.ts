/**
 * Secrets never enter a capture. Each rule names where a secret can stand in what the checks read, and keeps the line
 * so that the parsers see the same structure.
 */

const REMOVED = 'removed-by-pve-doctor';

/** The text of a file as it may be recorded. */
export function withoutSecrets(path: string, text: string): string {
  if (/^\/etc\/pve\/.*\/(?:qemu-server|lxc)\/[^/]+\.conf$/.test(path)) return guestConfig(text);
  if (path === '/etc/pve/storage.cfg') return storageConfig(text);
  if (/^\/proc\/\d+\/cmdline$/.test(path)) return commandLine(text);
  if (path === '/etc/fstab' || path.endsWith('/fstab') || path.endsWith('.mount') || path.endsWith('/mountinfo'))
    return mountOptions(text);
  return text;
}

/** cloud-init passwords and keys, and what `args` and hooks pass to QEMU except device paths. */
function guestConfig(text: string): string {
  return text
    .replace(/^([#\s]*(?:cipassword|sshkeys|ciuser|searchdomain)\s*:[ \t]*)[^\r\n]*/gm, `$1${REMOVED}`)
    .replace(/^([#\s]*args\s*:[ \t]*)([^\r\n]*)/gm, (_, key: string, value: string) => `${key}${devicePaths(value)}`)
    .replace(/((?:password|passwd|secret|token|apikey|api_key)\s*[=:]\s*)[^\s,]+/gi, `$1${REMOVED}`);
}

const devicePaths = (value: string): string => [REMOVED, ...(value.match(/\/dev\/[^\s,'"]+/g) ?? [])].join(' ');

const storageConfig = (text: string): string =>
  mountOptions(text).replace(
    /^(\s+(?:password|keyring|encryption-key|master-pubkey|fingerprint|username)\s+)\S[^\r\n]*/gm,
    `$1${REMOVED}`,
  );

const mountOptions = (text: string): string =>
  text.replace(/\b(pass|password|password2|username|user|cred|credentials)=[^,\s]+/g, `$1=${REMOVED}`);

/** Only what tells a guest's process from another: program, `-id`, `-pidfile`, `-incoming`, names of LXC monitors. */
function commandLine(text: string): string {
  const [program = '', ...words] = text.split('\0');
  const kept: string[] = [program];
  for (const [at, word] of words.entries()) {
    if (/^--?(?:id|pidfile)$/.test(word)) kept.push(word, words[at + 1] ?? '');
    else if (/^--?incoming$/.test(word)) kept.push(word, REMOVED);
    else if (word === '-n' && /lxc-(?:start|monitor)|\[lxc/.test(program)) kept.push(word, words[at + 1] ?? '');
  }
  return `${kept.join('\0')}\0`;
}
