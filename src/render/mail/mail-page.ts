import type { Severity } from '../../model/finding.ts';
import type { OverallStatus } from '../../model/report/report.ts';
import { htmlText, type Markup, markup, trusted } from '../markup.ts';

type Tone = Severity | OverallStatus;

/** For light mail programs; the style sheet has those for dark ones. Contrast 4.5:1 or more on white (WCAG 2.2, 1.4.3). */
export const TONES: Readonly<Record<Tone, string>> = {
  critical: '#b3261e',
  warning: '#8a5300',
  notice: '#2b5f8c',
  unknown: '#68489f',
  waiting: '#5b379a',
  healthy: '#25713a',
};

export const MUTED = 'font-size:13px;color:#56616d';

/** Dark mode only, for those that know it (caniemail.com, prefers-color-scheme): Gmail's application drops style sheets. */
const SHEET = trusted(`<style>
@media (prefers-color-scheme: dark) {
.page { background-color: #14171a !important; }
.card { background-color: #1d2125 !important; color: #e6e9ec !important; }
.m { color: #a5b0bb !important; }
.c { background-color: #2b3138 !important; color: #e6e9ec !important; }
.s-critical { color: #ff9a90 !important; }
.s-warning { color: #f2bd63 !important; }
.s-notice { color: #93c3ee !important; }
.s-unknown { color: #cbb6f5 !important; }
.s-healthy { color: #85d398 !important; }
.s-waiting { color: #c9aeff !important; }
}
</style>`);

/** Outlook on Windows knows no max-width: for it alone stands a table of that width around the card. */
const OUTLOOK_BEGIN = trusted('<!--[if mso]><table role="presentation" width="640"><tr><td><![endif]-->');
const OUTLOOK_END = trusted('<!--[if mso]></td></tr></table><![endif]-->');

/** Outlook's tables do not inherit it. */
export const FONT =
  "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45";

export interface MailPage {
  readonly subject: string;
  /** First in the body, so that a list of mails shows it beside the subject. */
  readonly headline: string;
  readonly tone: Tone;
  readonly mark: string;
  readonly about: readonly string[];
  readonly body: readonly Markup[];
}

/** `pve1 · ✗ CRITICAL · grade F: …`, the mark in its colour. */
const aboutLine = ({ about, tone, mark }: MailPage): readonly Markup[] =>
  about.map((part, at) => {
    const text =
      part === mark ? markup`<b class="s-${tone}" style="color:${TONES[tone]}">${part}</b>` : markup`${part}`;
    return at === 0 ? text : markup` · ${text}`;
  });

/** One column that fits a telephone; everything that a mail program must not drop is inline. Loads nothing. */
export const mailPage = (page: MailPage): string =>
  htmlText(markup`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${page.subject}</title>
${SHEET}
</head>
<body class="page" style="margin:0;padding:0;background-color:#eef0f2">
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;background-color:#eef0f2"><tr><td align="center">
${OUTLOOK_BEGIN}
<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;table-layout:fixed;background-color:#ffffff;color:#1f2933;${FONT}"><tr><td align="left" style="padding:20px 18px 26px;word-break:break-word">
<h1 style="margin:0;font-size:20px;line-height:1.3">${page.headline}</h1>
<p class="m" style="margin:8px 0 0;${MUTED}">${aboutLine(page)}</p>
${page.body}</td></tr></table>
${OUTLOOK_END}
</td></tr></table>
</body>
</html>
`);
