/** npm run browser:mails: every kind of mail in Debian's Chromium, as mail programs show it. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { complaintsAboutMails, MAILS } from './mails.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) throw new Error(`${executablePath} is not there: apt-get install chromium`);

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const complaints = await complaintsAboutMails(browser);
await browser.close();
for (const complaint of complaints) console.error(complaint);
console.log(`${Object.keys(MAILS).length} mails, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
