/** Words of the consent (OAuth) by which Mailroom reaches a mailbox. */
export const consentText = {
  title: 'Consent',
  lead: 'This mailbox is reached by the consent of its owner, not by a password. The owner signs in at the provider and agrees once.',
  state: 'State',
  states: { missing: 'Not given yet', given: 'Given', refused: 'Refused by the provider' },
  account: 'Account',
  since: 'Since',
  refusal: 'The provider said',
  url: 'Address to give to the owner',
  copy: 'Copy the address',
  copied: 'The address is copied',
  give: 'Sign in at the provider and consent',
  again: 'Consent again',
} as const;
