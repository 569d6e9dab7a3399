/**
 * Own styling with ANSI SGR sequences (ECMA-48 8.3.117): the sixteen colours that every terminal theme sets. Each style has its
 * own "off", so that one inside another does not end it.
 */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
} as const;

export type Style = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

export function styles(colour: boolean): Style {
  const style = (name: keyof typeof CODES) => (text: string) => {
    const [on, off] = CODES[name];
    return colour && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  };
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    blue: style('blue'),
    magenta: style('magenta'),
  };
}
