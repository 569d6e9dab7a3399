// `npm run mail-template`: writes src/render/mail/mail-template.ts anew.
import { writeFileSync } from 'node:fs';
import { MADE, makeMailTemplate } from './mail-template.ts';

writeFileSync(MADE, await makeMailTemplate());
