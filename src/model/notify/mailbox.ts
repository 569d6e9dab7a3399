/** One sender or recipient of mail. */
export interface Mailbox {
  /** What is shown beside the address; may be empty. */
  readonly name: string;
  readonly address: string;
}

/**
 * An address that no mail program takes for an option, a command, a file, a route or several addresses: in front the atoms
 * of RFC 5322 section 3.2.3 without `|`, `/`, `!` and the backtick, behind a host name or an address literal (RFC 5321
 * section 4.1.3); or the name of a local user alone.
 */
const ADDRESS =
  /^(?!-)[\p{L}\p{N}.#$%&'*+=?^_{}~-]{1,64}(?:@(?:[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,251}[\p{L}\p{N}])?|\[[0-9A-Fa-f.:IPv]{2,45}\]))?$/u;

/** Line breaks would begin a header of their own; the others hide what stands there. */
const UNWELCOME = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** `Name <address>`, `"Name" <address>` or an address; null for everything else. */
export function parseMailbox(text: string): Mailbox | null {
  if (UNWELCOME.test(text)) return null;
  const [, outside = '', inside = ''] = /^(.*)<([^<>]*)>$/su.exec(text.trim()) ?? [];
  const mailbox =
    inside === ''
      ? { name: '', address: text.trim() }
      : { name: outside.trim().replace(/^"(.*)"$/su, '$1'), address: inside.trim() };
  return ADDRESS.test(mailbox.address) && !/[<>]/.test(mailbox.name) && mailbox.name.length <= 200 ? mailbox : null;
}
