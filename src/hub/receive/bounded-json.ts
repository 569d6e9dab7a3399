/** Deeper and wider than any report; the parser of the runtime takes minutes for what is much more (measured with Bun 1.4.5). */
const MOST_DEPTH = 100;
const MOST_KEYS = 1000;

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Why a text must not be given to a parser; null where it may. 60 MB of brackets kept the parser busy for 10 s, and an object of five
 * million keys for 18 s, and nothing else is answered meanwhile. Both fit into some kB of gzip. What is no JSON the parser says.
 */
export function structureComplaint(json: Uint8Array): string | null {
  /** Keys so far, of each object that is open. */
  const keys = new Uint32Array(MOST_DEPTH + 1);
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfText(json, at);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > MOST_DEPTH) return `the report is nested deeper than ${MOST_DEPTH}`;
      keys[depth] = 0;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth = Math.max(0, depth - 1);
    else if (byte === COLON) {
      const count = (keys[depth] ?? 0) + 1;
      if (count > MOST_KEYS) return `an object of the report has more than ${MOST_KEYS} keys`;
      keys[depth] = count;
    }
  }
  return null;
}

/** The quote that ends the text; the end of all where none does. */
function endOfText(json: Uint8Array, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1;
    else if (json[at] === QUOTE) return at;
  }
  return json.length;
}
