import type { CheckStep } from '../contracts/connector.ts';
import { cutText } from '../formats/cut-text.ts';
import type { RecordOf } from '../tables/catalog.ts';

/** A step on the way to one of a profile's servers. */
export interface DirectedStep extends CheckStep {
  readonly direction: 'incoming' | 'outgoing';
}

const succeeded = 1;
const failed = 0;
/** Room of `lasttestrequest` and `lasttestresponse`, UTF-16 code units. */
const longest = 2084;

/** What a step found, with the server's own words behind it. */
export const answerOf = ({ detail, serverReply }: CheckStep): string =>
  [detail, serverReply].filter(Boolean).join(' | ');

/** What a profile shows of its last connection test: when, how long, what was tried and answered, and whether way and sign-in were good (EP-21). Pure. */
export function connectionTestColumns(
  steps: readonly DirectedStep[],
  startedOn: Date,
  endedOn: Date,
): RecordOf<'emailserverprofile'> {
  const statusOf = (some: readonly DirectedStep[]): number => (some.every(({ ok }) => ok) ? succeeded : failed);
  const signIns = steps.filter(({ name }) => name === 'signin');
  const lines = (words: (step: DirectedStep) => string): string => cutText(steps.map(words).join('\n'), longest);
  return {
    lasttestexecutionstatus: statusOf(steps),
    lasttestvalidationstatus: statusOf(steps.filter(({ name }) => name !== 'signin')),
    ...(signIns.length > 0 ? { lastauthorizationstatus: statusOf(signIns) } : {}),
    lastteststarttime: startedOn,
    lasttesttotalexecutiontime: BigInt(endedOn.getTime() - startedOn.getTime()),
    lasttestrequest: lines(({ direction, name }) => `${direction}: ${name}`),
    lasttestresponse: lines(
      (step) => `${step.direction}: ${step.name}: ${step.ok ? 'ok' : 'FAILED'}: ${answerOf(step)}`,
    ),
  };
}
