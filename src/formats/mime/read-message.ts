import { MailroomError } from '../../base/errors.ts';
import { type BodyParts, sortParts } from './body-parts.ts';
import { type MimePart, type PartBudget, readPart } from './part-tree.ts';

/** A message split into its parts. */
export interface MimeMessage extends BodyParts {
  readonly root: MimePart;
}

/**
 * Splits a message into its parts within fixed limits; its cost grows with its size alone.
 * Throws MailroomError `mr_MimeUnreadable`, kind `item` (EC-33), for input that is no message at all.
 */
export function readMessage(raw: Buffer): MimeMessage {
  if (raw.length === 0) {
    throw new MailroomError(
      'The message is empty: the server handed over no bytes. Look at it on the server; it is skipped here.',
      {
        code: 'mr_MimeUnreadable',
        kind: 'item',
      },
    );
  }
  const budget: PartBudget = { parts: 0, searchBytes: 12 * raw.length + 1_000_000, faults: new Set() };
  const root = readPart(raw, 'text/plain', 0, budget);
  const body = sortParts(root, raw);
  return { root, texts: body.texts, files: body.files, faults: [...budget.faults, ...body.faults] };
}
