import { cutText } from '../../formats/cut-text.ts';
import { findTokens, subjectWithToken } from '../../formats/tracking-token.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';

/** Longest subject that an email row holds, UTF-16 code units. */
const maxStoredSubject = 800;

/** What is known of an email's token before a new one is taken. */
export interface TokenSources {
  readonly subject: string;
  /** `email.trackingtoken`: given with SendEmail, or from an earlier attempt. */
  readonly own: string;
  /** Token of the email it answers. */
  readonly parent: string;
}

/** The token an email keeps: its own, its thread's, or one of ours in the subject; empty asks for a new one (CO-15). */
export function keptToken(settings: OrganizationSettings, sources: TokenSources): string {
  return sources.own || sources.parent || (findTokens(sources.subject, settings.token.prefixes)[0] ?? '');
}

/** The subject as stored and as sent: with the token at its end and, on the wire, within ST-36 (CO-10, CO-16). */
export function subjectsFor(
  settings: OrganizationSettings,
  subject: string,
  token: string,
): { readonly stored: string; readonly wire: string } {
  const { prefixes } = settings.token;
  const oneLine = subject.replace(/[\r\n\t\0]+/g, ' ');
  const limit = settings.switches.MaximumSubjectLengthOnMailServer;
  if (token === '') return { stored: oneLine, wire: cutText(oneLine, limit) };
  return {
    stored: subjectWithToken(oneLine, token, maxStoredSubject, prefixes),
    wire: subjectWithToken(oneLine, token, limit, prefixes),
  };
}
