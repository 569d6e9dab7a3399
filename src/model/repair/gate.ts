/** One condition of a repair, with the fact that decides it and where that was read. Unreadable never holds. */
export interface Gate {
  readonly name: GateName;
  readonly holds: boolean;
  readonly fact: string;
  readonly source: string;
}

/** The gates of a repair, in the order in which they are shown. */
const GATE_NAMES = [
  'same device',
  'guest volume',
  'not in use',
  'guest not running',
  'nothing in flight',
  'not referenced',
  'not suspended',
  'guest lock',
] as const;

/** What takes the place of the first three and the sixth when something is put back. */
const UNDO_GATE_NAMES = ['can be put back', 'not there yet', 'same devices below', 'sectors not used'] as const;

export type GateName = (typeof GATE_NAMES)[number] | (typeof UNDO_GATE_NAMES)[number];

export const passes = (name: GateName, fact: string, source: string): Gate => ({ name, holds: true, fact, source });
export const fails = (name: GateName, fact: string, source: string): Gate => ({ name, holds: false, fact, source });
