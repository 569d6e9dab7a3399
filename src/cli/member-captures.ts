import type { NodeAddress, NodeAnswer } from '../host/host.ts';
import type { Capture, CapturedMember } from '../model/capture.ts';
import type { Member } from '../model/cluster/cluster-view.ts';
import { parseCapture } from '../parse/capture.ts';
import { commandText, noAnswer } from '../parse/command-output.ts';

/** The other nodes' own captures, each bounded in size; of one that gave none, why. */
export async function memberCaptures(
  members: readonly Member[],
  self: string,
  ask: (nodes: readonly NodeAddress[]) => Promise<readonly NodeAnswer[]>,
  mostBytes: (nodes: number) => number,
): Promise<NonNullable<Capture['captures']>> {
  const others = members.filter(({ name }) => name !== self);
  const asked = others.filter(({ online }) => online);
  const answers = await ask(asked);
  const most = mostBytes(asked.length);
  const taken = new Map(asked.map(({ name }, at) => [name, memberOf(answers[at], name, most)]));
  return Object.fromEntries(
    others.map(({ name }) => [name, taken.get(name) ?? { notCaptured: 'it is offline' }] as const),
  );
}

function memberOf(answer: NodeAnswer | undefined, node: string, most: number): CapturedMember {
  if (answer === undefined) return { notCaptured: 'it was not asked' };
  const { result } = answer;
  const text = commandText({ ...result, argv: ['ssh', node] });
  if (text.state !== 'known') return { notCaptured: noAnswer(text, result) };
  const parsed = parseCapture(text.value);
  if ('complaint' in parsed)
    return { notCaptured: `what its pve-doctor printed ${parsed.complaint.slice(0, MOST_SAID)}` };
  const { captures: _, ...capture } = parsed.capture;
  // As it will stand in the file: what was written without any space may become many times longer.
  const { length } = new TextEncoder().encode(JSON.stringify({ captures: { [node]: { capture } } }, null, 1));
  return length > most ? { notCaptured: 'its capture is too large to be held beside the others' } : { capture };
}

/** A complaint names a place in what the other node wrote. */
const MOST_SAID = 200;
