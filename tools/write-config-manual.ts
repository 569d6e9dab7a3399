// `npm run config-manual`: writes packaging/config.toml, packaging/hub/config.toml and the tables of docs/configuration.md and docs/hub.md anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { EXAMPLE, exampleFile, MANUAL, withMadeParts } from './config-manual.ts';
import { HUB_EXAMPLE, HUB_MANUAL, hubExampleFile, withHubTable } from './hub-config-manual.ts';

writeFileSync(EXAMPLE, exampleFile());
writeFileSync(MANUAL, withMadeParts(readFileSync(MANUAL, 'utf8')));
writeFileSync(HUB_EXAMPLE, hubExampleFile());
writeFileSync(HUB_MANUAL, withHubTable(readFileSync(HUB_MANUAL, 'utf8')));
