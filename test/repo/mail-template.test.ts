import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MADE, makeMailTemplate } from '../../tools/mail-template.ts';

it('mail-template.ts is what mail.mjml gives: otherwise run `npm run mail-template`', async () => {
  expect(readFileSync(MADE, 'utf8')).toBe(await makeMailTemplate());
});
