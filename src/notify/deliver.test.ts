import { describe, expect, it } from 'vitest';
import { ntfy } from '../../test/notify/samples.ts';
import { Secret } from '../model/config/secret.ts';
import { secretsOf } from './deliver.ts';
import { shownAnswer } from './shown-answer.ts';

describe('a topic', () => {
  const said = (topic: string) => {
    const channel = { ...ntfy('https://ntfy.sh', null), topic: new Secret(topic) };
    return shownAnswer(`cannot resolve ${topic}`, secretsOf(channel));
  };

  it('is hidden where it is long enough to be one', () => {
    expect(said('pve-8sKx2')).toBe('cannot resolve (hidden)');
  });

  it('that anybody would guess is left in the words that it is part of', () => {
    expect(said('solve')).toBe('cannot resolve solve');
  });
});
