import { printable } from './printable.ts';

/**
 * Data as one harmless line that can be told apart from every other: a backslash is escaped as well, so two names never
 * become one, and no reader takes `\n` in a name for a line break.
 */
export const inert = (text: string): string => printable(text.replaceAll('\\', '\\x5c'));

/** `|` begins performance data in Nagios; the rest acts on a shell or a web page that is handed the text unquoted. */
const ACTIVE = /[|<>&`$;]/g;

/**
 * Text for Nagios and Checkmk, which pass it on to web pages and, in notifications, to shells. Whoever can name a mount
 * inside a container must not be able to act there. Quotes become typographically plain ones: the JSON form is the exact
 * one.
 */
export const pluginText = (text: string): string =>
  inert(text)
    .replace(ACTIVE, (character) => `\\x${character.charCodeAt(0).toString(16)}`)
    .replaceAll('"', "'");
