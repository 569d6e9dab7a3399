/**
 * Who needs a volume. The three words for it are never mixed: *needed*, *nobody* (every source was looked at), *unknown* (not judged, with the
 * source that is missing).
 */
export type Answer =
  /** What says so, each as a sentence without a full stop. */
  | { readonly is: 'needed'; readonly by: readonly string[] }
  /** `waits`: something works on it, so the answer comes by itself. */
  | { readonly is: 'unknown'; readonly because: string; readonly waits: boolean }
  | { readonly is: 'nobody' };

export const NOBODY: Answer = { is: 'nobody' };

export const needed = (...by: readonly string[]): Answer => ({ is: 'needed', by });

export const unknown = (because: string): Answer => ({ is: 'unknown', because, waits: false });

/** Of what goes on at this moment. */
export const occupied = ({ is, because }: { readonly is: 'busy' | 'unclear'; readonly because: string }): Answer => ({
  ...{ is: 'unknown', because, waits: is === 'busy' },
});
