// Made from mail.mjml by `npm run mail-template`. Change that file, not this one.

import { type Markup, type MarkupValue, markup } from '../markup.ts';

export const page = (slots: {
  readonly subject: MarkupValue;
  readonly preview: MarkupValue;
  readonly about: MarkupValue;
  readonly node: MarkupValue;
  readonly status: MarkupValue;
  readonly tone: MarkupValue;
  readonly mark: MarkupValue;
  readonly grade: MarkupValue;
  readonly facts: MarkupValue;
  readonly alertTitle: MarkupValue;
  readonly alert: MarkupValue;
  readonly sections: MarkupValue;
  readonly footer: MarkupValue;
}): Markup => markup`<!doctype html>
<html lang="en" dir="ltr" xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<title>${slots.subject}</title>
<!--[if !mso]><!-->
<meta http-equiv="X-UA-Compatible" content="IE=edge">
<!--<![endif]-->
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style type="text/css">#outlook a { padding:0; }
body { margin:0;padding:0;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%; }
table, td { border-collapse:collapse;mso-table-lspace:0pt;mso-table-rspace:0pt; }
img { border:0;height:auto;line-height:100%; outline:none;text-decoration:none;-ms-interpolation-mode:bicubic; }
p { display:block;margin:13px 0; }</style>
<!--[if mso]>
<noscript>
<xml>
<o:OfficeDocumentSettings>
<o:AllowPNG/>
<o:PixelsPerInch>96</o:PixelsPerInch>
</o:OfficeDocumentSettings>
</xml>
</noscript>
<![endif]-->
<!--[if lte mso 11]>
<style type="text/css">.mj-outlook-group-fix { width:100% !important; }</style>
<![endif]-->
<style type="text/css">@media only screen and (min-width:480px) {
.mj-column-per-100 { width:100% !important; max-width: 100%; }
}</style>
<style media="screen and (min-width:480px)">.moz-text-html .mj-column-per-100 { width:100% !important; max-width: 100%; }</style>
<style type="text/css">@media (prefers-color-scheme: dark) {
.page, .page > div { background-color: #14171a !important; }
.card, .card > table { background: #1d2125 !important; background-color: #1d2125 !important; }
.t div, .t table, .td, .v, .c { color: #e6e9ec !important; }
.m, .q, .ev, .k, .th { color: #a5b0bb !important; }
.box { background-color: #252a30 !important; border-top-color: #3a424a !important; border-right-color: #3a424a !important; border-bottom-color: #3a424a !important; }
.f, .td, .th { border-color: #3a424a !important; }
.c { background-color: #2b3138 !important; }
.a { color: #8bbcea !important; }
.s-critical { color: #ff9a90 !important; }
.s-warning { color: #f2bd63 !important; }
.s-notice { color: #93c3ee !important; }
.s-unknown { color: #cbb6f5 !important; }
.s-healthy { color: #85d398 !important; }
.b-critical { border-left-color: #ff9a90 !important; }
.b-warning { border-left-color: #f2bd63 !important; }
.b-notice { border-left-color: #93c3ee !important; }
.b-unknown { border-left-color: #cbb6f5 !important; }
.b-healthy { border-left-color: #85d398 !important; }
}</style>
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="x-apple-disable-message-reformatting">
</head>
<body class="page" style="word-spacing:normal;background-color:#eef0f2">
<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden">${slots.preview}</div>
<div aria-label="${slots.subject}" aria-roledescription="email" role="article" lang="en" dir="ltr" style="word-spacing:normal;background-color:#eef0f2">
<!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" class="card-outlook" role="presentation" style="width:640px" width="640" bgcolor="#ffffff"><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly"><![endif]-->
<div class="card" style="background:#ffffff;background-color:#ffffff;margin:0px auto;max-width:640px">
<table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="background:#ffffff;background-color:#ffffff;width:100%">
<tbody>
<tr>
<td style="direction:ltr;font-size:0px;padding:22px 20px 28px;text-align:center">
<!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:600px"><![endif]-->
<div class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:ltr;display:inline-block;vertical-align:top;width:100%">
<table border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top" width="100%">
<tbody>
<tr>
<td align="left" class="t" style="font-size:0px;padding:0;word-break:break-word">
<div style="font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:15px;line-height:1.5;text-align:left;color:#1f2933"><p class="m" style="margin:4px 0 0;font-size:13px;color:#56616d">${slots.about}</p>
<h1 class="h1" style="margin:2px 0 0;font-size:24px;line-height:1.25;font-weight:600">${slots.node}</h1>
<p class="p" style="margin:4px 0 0"><b class="s-${slots.status}" style="color:${slots.tone}">${slots.mark}</b>&ensp;${slots.grade}</p>
${slots.facts}
</div>
</td>
</tr>
<tr>
<td align="left" class="t" style="font-size:0px;padding:16px 0 0;word-break:break-word">
<table cellpadding="0" cellspacing="0" width="100%" border="0" style="color:#1f2933;font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:14px;line-height:1.5;table-layout:fixed;width:100%;border:none">
<tr>
<td class="box b-${slots.status}" style="padding:12px 16px 14px;border:1px solid #dfe3e7;border-left-width:4px;background-color:#f7f8fa;border-left-color:${slots.tone}" bgcolor="#f7f8fa">
<b>${slots.alertTitle}</b>
${slots.alert}
</td>
</tr>
</table>
</td>
</tr>
${slots.sections}</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</td>
</tr>
</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><table align="center" border="0" cellpadding="0" cellspacing="0" class="" role="presentation" style="width:640px" width="640"><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly"><![endif]-->
<div style="margin:0px auto;max-width:640px">
<table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="width:100%">
<tbody>
<tr>
<td style="direction:ltr;font-size:0px;padding:14px 20px 28px;text-align:center">
<!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:600px"><![endif]-->
<div class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:ltr;display:inline-block;vertical-align:top;width:100%">
<table border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top" width="100%">
<tbody>
<tr>
<td align="left" class="t" style="font-size:0px;padding:0;word-break:break-word">
<div style="font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:15px;line-height:1.5;text-align:left;color:#1f2933">${slots.footer}
</div>
</td>
</tr>
</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</td>
</tr>
</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</div>
</body>
</html>
`;

export const command = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`<tr><td class="c" style="padding:5px 10px;background-color:#f0f2f4;font-family:Menlo, Consolas, 'Courier New', monospace;font-size:13px;line-height:1.45;white-space:pre-wrap;word-break:break-all" bgcolor="#f0f2f4">${slots.text}</td></tr>`;

export const commands = (slots: {
  readonly lines: MarkupValue;
}): Markup => markup`<table class="ct" cellpadding="0" cellspacing="0" border="0" style="width:100%;margin:8px 0 0" width="100%">${slots.lines}</table>`;

export const fact = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`<p class="ev" style="margin:2px 0 0 14px;text-indent:-14px;font-size:13px;color:#56616d">&ndash;&nbsp; ${slots.text}</p>`;

export const finding = (slots: {
  readonly severity: MarkupValue;
  readonly tone: MarkupValue;
  readonly mark: MarkupValue;
  readonly code: MarkupValue;
  readonly tag: MarkupValue;
  readonly title: MarkupValue;
  readonly body: MarkupValue;
}): Markup => markup`<tr><td class="f" style="padding:14px 0 14px;border-top:1px solid #dfe3e7"><b class="s-${slots.severity}" style="color:${slots.tone}">${slots.mark}</b>&ensp;${slots.code}${slots.tag}<p class="p" style="margin:4px 0 0"><b>${slots.title}</b></p>${slots.body}</td></tr>`;

export const findings = (slots: {
  readonly rows: MarkupValue;
}): Markup => markup`<tr>
<td align="left" class="t" style="font-size:0px;padding:12px 0 0;word-break:break-word">
<table cellpadding="0" cellspacing="0" width="100%" border="0" style="color:#1f2933;font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:14px;line-height:1.5;table-layout:fixed;width:100%;border:none">
${slots.rows}
</table>
</td>
</tr>`;

export const guest = (slots: {
  readonly vmid: MarkupValue;
  readonly name: MarkupValue;
  readonly status: MarkupValue;
  readonly health: MarkupValue;
}): Markup => markup`<tr><td class="td" style="padding:5px 8px 5px 0;border-bottom:1px solid #dfe3e7;vertical-align:top" valign="top">${slots.vmid}</td><td class="td" style="padding:5px 8px 5px 0;border-bottom:1px solid #dfe3e7;vertical-align:top" valign="top">${slots.name}</td><td class="td" style="padding:5px 8px 5px 0;border-bottom:1px solid #dfe3e7;vertical-align:top" valign="top">${slots.status}</td><td class="td" style="padding:5px 8px 5px 0;border-bottom:1px solid #dfe3e7;vertical-align:top" valign="top">${slots.health}</td></tr>`;

export const guests = (slots: {
  readonly rows: MarkupValue;
}): Markup => markup`<tr>
<td align="left" class="t" style="font-size:0px;padding:0;word-break:break-word">
<table cellpadding="0" cellspacing="0" width="100%" border="0" style="color:#1f2933;font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:14px;line-height:1.5;table-layout:fixed;width:100%;border:none">
<thead><tr><th class="th" width="17%" style="padding:4px 8px 4px 0;border-bottom:1px solid #c4cad1;text-align:left;font-size:12px;color:#56616d" align="left">VMID</th><th class="th" width="31%" style="padding:4px 8px 4px 0;border-bottom:1px solid #c4cad1;text-align:left;font-size:12px;color:#56616d" align="left">Name</th><th class="th" width="22%" style="padding:4px 8px 4px 0;border-bottom:1px solid #c4cad1;text-align:left;font-size:12px;color:#56616d" align="left">Status</th><th class="th" style="padding:4px 8px 4px 0;border-bottom:1px solid #c4cad1;text-align:left;font-size:12px;color:#56616d" align="left">DM health</th></tr></thead>
${slots.rows}
</table>
</td>
</tr>`;

export const labelled = (slots: {
  readonly label: MarkupValue;
  readonly text: MarkupValue;
}): Markup => markup`<p class="p" style="margin:4px 0 0"><span class="q" style="font-size:13px;color:#56616d">${slots.label}</span>&ensp;${slots.text}</p>`;

export const line = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`<p class="li" style="margin:4px 0 0 16px;text-indent:-16px">&bull;&nbsp; ${slots.text}</p>`;

export const link = (slots: {
  readonly address: MarkupValue;
  readonly text: MarkupValue;
}): Markup => markup`<a class="a" href="${slots.address}" style="color:#1f5f99">${slots.text}</a>`;

export const member = (slots: {
  readonly title: MarkupValue;
  readonly tag: MarkupValue;
  readonly body: MarkupValue;
}): Markup => markup`<tr><td class="g" style="padding:0 0 14px 14px"><b>${slots.title}</b>${slots.tag}${slots.body}</td></tr>`;

export const moreFindings = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`<tr><td class="g q" style="font-size:13px;color:#56616d;padding:0 0 14px 14px">${slots.text}</td></tr>`;

export const moreRows = (slots: {
  readonly columns: MarkupValue;
  readonly text: MarkupValue;
}): Markup => markup`<tr><td class="q" colspan="${slots.columns}" style="font-size:13px;color:#56616d;padding:8px 0 0">${slots.text}</td></tr>`;

export const mount = (slots: {
  readonly status: MarkupValue;
  readonly where: MarkupValue;
  readonly detail: MarkupValue;
  readonly used: MarkupValue;
}): Markup => markup`<tr><td class="td" style="padding:5px 8px 5px 0;border-bottom:1px solid #dfe3e7;vertical-align:top" valign="top">${slots.status}</td><td class="td" style="padding:5px 8px 5px 0;border-bottom:1px solid #dfe3e7;vertical-align:top" valign="top">${slots.where}<br><span class="q" style="font-size:13px;color:#56616d">${slots.detail}</span></td><td class="td" style="padding:5px 8px 5px 0;border-bottom:1px solid #dfe3e7;vertical-align:top" valign="top">${slots.used}</td></tr>`;

export const mounts = (slots: {
  readonly rows: MarkupValue;
}): Markup => markup`<tr>
<td align="left" class="t" style="font-size:0px;padding:0;word-break:break-word">
<table cellpadding="0" cellspacing="0" width="100%" border="0" style="color:#1f2933;font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:14px;line-height:1.5;table-layout:fixed;width:100%;border:none">
<thead><tr><th class="th" width="23%" style="padding:4px 8px 4px 0;border-bottom:1px solid #c4cad1;text-align:left;font-size:12px;color:#56616d" align="left">Status</th><th class="th" style="padding:4px 8px 4px 0;border-bottom:1px solid #c4cad1;text-align:left;font-size:12px;color:#56616d" align="left">Mount</th><th class="th" width="23%" style="padding:4px 8px 4px 0;border-bottom:1px solid #c4cad1;text-align:left;font-size:12px;color:#56616d" align="left">Used</th></tr></thead>
${slots.rows}
</table>
</td>
</tr>`;

export const muted = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`<p class="m" style="margin:4px 0 0;font-size:13px;color:#56616d">${slots.text}</p>`;

export const pair = (slots: {
  readonly label: MarkupValue;
  readonly text: MarkupValue;
}): Markup => markup`<tr><th scope="row" class="k" width="36%" style="padding:3px 12px 3px 0;text-align:left;font-weight:400;color:#56616d;vertical-align:top" align="left" valign="top">${slots.label}</th><td class="v" style="padding:3px 0;vertical-align:top" valign="top">${slots.text}</td></tr>`;

export const pairs = (slots: {
  readonly rows: MarkupValue;
}): Markup => markup`<tr>
<td align="left" class="t" style="font-size:0px;padding:0;word-break:break-word">
<table cellpadding="0" cellspacing="0" width="100%" border="0" style="color:#1f2933;font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:14px;line-height:1.5;table-layout:fixed;width:100%;border:none">
${slots.rows}
</table>
</td>
</tr>`;

export const paragraph = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`<p class="p" style="margin:4px 0 0">${slots.text}</p>`;

export const section = (slots: {
  readonly title: MarkupValue;
  readonly body: MarkupValue;
}): Markup => markup`<tr>
<td align="left" class="t" style="font-size:0px;padding:0;word-break:break-word">
<div style="font-family:-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;font-size:15px;line-height:1.5;text-align:left;color:#1f2933"><h2 class="h2" style="margin:28px 0 8px;font-size:17px;line-height:1.35;font-weight:600">${slots.title}</h2>
${slots.body}
</div>
</td>
</tr>`;

export const subheading = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`<h3 class="h3" style="margin:12px 0 0;font-size:14px;line-height:1.4;font-weight:600">${slots.text}</h3>`;

export const tag = (slots: {
  readonly text: MarkupValue;
}): Markup => markup`&ensp;<span class="q" style="font-size:13px;color:#56616d">${slots.text}</span>`;

export const toned = (slots: {
  readonly severity: MarkupValue;
  readonly tone: MarkupValue;
  readonly text: MarkupValue;
}): Markup => markup`<span class="s-${slots.severity}" style="color:${slots.tone}">${slots.text}</span>`;
