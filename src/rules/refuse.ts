import { MailroomError } from '../base/errors.ts';

/** Refuses a write: a documented code (chapter EC) and a sentence that says what to do. Never returns. */
export function refuse(code: string, sentence: string): never {
  throw new MailroomError(sentence, { code, kind: 'item' });
}
