import { cutText } from '../../formats/cut-text.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { CorrelationMethod } from '../../tables/choices.ts';
import type { Correlation } from './correlate.ts';

/** The methods by which an email is an answer to another (IN-43). */
const answerMethods: ReadonlySet<number> = new Set([CorrelationMethod.inReplyTo, CorrelationMethod.conversationIndex]);

/** The columns of a link itself: method, evidence, the emails it leads to (CO-01, CO-09, IN-43). Pure. */
export function linkOf({ parent, method, evidence, subjectChanged }: Correlation): RecordOf<'email'> {
  const link = parent === undefined ? null : { table: 'email', id: parent.id };
  return {
    correlationmethod: method,
    mr_correlationevidence: cutText(evidence, 4000) || null,
    correlatedactivityid: link,
    parentactivityid: answerMethods.has(method) ? link : null,
    correlatedsubjectchanged: parent === undefined ? null : subjectChanged,
  };
}
