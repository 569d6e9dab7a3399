/** What holds of everything that a reader makes of a text, whatever it reads. */

/** More than any text can honestly ask for: what is read is not larger than the text by some factor. */
const GROWTH = 60;
const FLOOR = 20_000;

/** Texts that JavaScript makes of a mistake. */
const MISTAKES = /^(?:NaN|-?Infinity|undefined|\[object \w+\])$/;

/** Numbers that are numbers, own properties only, no text that a mistake became; and no more than the text can hold. */
export function expectSound(value: unknown, text: string): void {
  let size = 0;
  const most = FLOOR + GROWTH * text.length;
  const visit = (part: unknown, at: string): void => {
    size += typeof part === 'string' ? part.length + 8 : 8;
    if (size > most) throw new Error(`${text.length} characters became more than ${most}`);
    if (typeof part === 'number' && !Number.isFinite(part)) throw new Error(`${at} is ${part}`);
    if (typeof part === 'function' || typeof part === 'symbol') throw new Error(`${at} is a ${typeof part}`);
    if (typeof part === 'string' && MISTAKES.test(part) && !text.includes(part)) throw new Error(`${at} is ${part}`);
    if (typeof part !== 'object' || part === null) return;
    if (part instanceof Map) for (const [key, inner] of part) visit([key, inner], `${at}.${String(key)}`);
    else if (part instanceof Set) for (const inner of part) visit(inner, `${at}[]`);
    else if (Array.isArray(part)) part.forEach((inner, index) => void visit(inner, `${at}[${index}]`));
    else visitObject(part, at, visit);
  };
  visit(value, 'the value');
  const polluted = Object.keys(Object.prototype);
  if (polluted.length > 0) throw new Error(`Object.prototype has ${polluted.join(', ')} now`);
}

function visitObject(part: object, at: string, visit: (part: unknown, at: string) => void): void {
  const prototype: unknown = Object.getPrototypeOf(part);
  if (prototype !== Object.prototype && prototype !== null) throw new Error(`${at} has a prototype of its own`);
  for (const [key, inner] of Object.entries(part)) visit(inner, `${at}.${key}`);
}

/** That two values are the same in JSON, which shows where they part. */
export function expectSame(is: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(is) ?? 'undefined', JSON.stringify(wanted) ?? 'undefined'];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 30), at + 60);
  throw new Error(`${what}: ${around(a)} instead of ${around(b)}`);
}

export function expectTrue(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
