import { postHttp } from '../host/send-http.ts';
import { sendMail } from '../host/send-mail.ts';
import { composeMail } from '../host/send-mail-form.ts';
import { feedProgram } from '../host/send-program.ts';
import type { Door } from './door.ts';

/** How long each way may take. What is late is tried again, so these are short. */
export interface DoorDeadlines {
  readonly httpMs: number;
  /** Each step of SMTP that waits for the server. */
  readonly mailStepMs: number;
  readonly mailMs: number;
  readonly programMs: number;
}

/** A mail server may take half a minute to look at a mail; PVE sends mail itself before it answers. */
const DEADLINES: DoorDeadlines = { httpMs: 15_000, mailStepMs: 15_000, mailMs: 25_000, programMs: 25_000 };

export const liveDoor = (deadlines: DoorDeadlines = DEADLINES): Door => ({
  post: (post) => postHttp(post, { deadlineMs: deadlines.httpMs }),
  mail: (mail, server) => sendMail(mail, server, { stepMs: deadlines.mailStepMs, totalMs: deadlines.mailMs }),
  compose: composeMail,
  feed: (program, args, input) => feedProgram({ program, args, input, deadlineMs: deadlines.programMs }),
});
