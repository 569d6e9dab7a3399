import { instant } from '../../render/counted.ts';
import { badge } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { SessionRow } from '../store/people.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { postButton, postForm, when } from './page-parts.ts';

export interface AccountPage {
  /** Of whoever looks, the newest first. */
  readonly sessions: readonly Pick<SessionRow, 'createdAt' | 'expiresAt'>[];
  /** The hub itself knows the password. */
  readonly isLocal: boolean;
  /** What was just done; empty for nothing. */
  readonly said: string;
  /** Why it was not; empty otherwise. */
  readonly failed: string;
}

/** What everybody may change of himself. */
export const accountPage = ({ sessions, isLocal, said, failed }: AccountPage, context: PageContext): string =>
  hubPage(
    {
      title: 'Your account',
      head: markup`<h1>${context.viewer?.name ?? ''}</h1><p class="soft">${context.viewer?.role ?? ''}</p>${said === '' ? null : markup`<p role="status">${badge('notice', 'Done')} ${said}</p>`}${failed === '' ? null : markup`<p role="alert">${badge('critical', 'Not changed')} ${failed}</p>`}`,
      body: markup`${sessionsOf(sessions, context)}${isLocal ? passwordOf(context) : null}`,
    },
    context,
  );

const sessionsOf = (sessions: AccountPage['sessions'], { csrf, now }: PageContext): Markup =>
  markup`<section aria-labelledby="sessions-h"><h2 id="sessions-h">Where you are logged in</h2><ul class="list">${sessions.map(({ createdAt, expiresAt }) => markup`<li>since ${when(createdAt, now)} <span class="soft">until ${instant(expiresAt)} at the latest, if nothing is asked for</span></li>\n`)}</ul>${postButton('/account/sessions/end', csrf, 'Log out everywhere')}</section>
`;

const passwordOf = ({ csrf }: PageContext): Markup =>
  markup`<section aria-labelledby="password-h"><h2 id="password-h">Password</h2><p>A new one ends every other session of yours.</p>${postForm(
    '/account/password',
    csrf,
    markup`<label>The one of now <input name="password" type="password" autocomplete="current-password" maxlength="500" required></label>
<label>A new one, at least 12 characters <input name="new" type="password" autocomplete="new-password" minlength="12" maxlength="500" required></label>
<button class="main" type="submit">Change it</button>`,
    'fields',
  )}</section>
`;
