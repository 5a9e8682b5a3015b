import { contentOf } from '../items/item-content.ts';
import { isTrue } from '../items/set-property.ts';
import { mailboxNode } from '../mime/mail-addresses.ts';
import { failure, response, success } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { childText, el, empty, type XmlNode } from '../xml/xml-node.ts';

interface Found {
  readonly name: string;
  readonly address: string;
  readonly type: 'Mailbox' | 'PublicDL' | 'Contact';
}

/** ResolveNames: people and groups of the directory, and contacts, whose name or address begins with a text. */
export const resolveNames: Operation = (call) => {
  const { request } = call;
  const scope = request.attributes.SearchScope ?? 'ActiveDirectoryContacts';
  const wanted = (childText(request, 'UnresolvedEntry') ?? '')
    .replace(/^(smtp:|=)/i, '')
    .trim()
    .toLowerCase();
  const matches = ({ name, address }: Found): boolean =>
    address.toLowerCase().startsWith(wanted) ||
    name
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(wanted)) ||
    name.toLowerCase().startsWith(wanted);
  const found = [
    ...(scope === 'Contacts' ? [] : directory(call)),
    ...(scope === 'ActiveDirectory' ? [] : contacts(call)),
  ].filter(matches);
  if (found.length === 0) {
    return response('ResolveNames', [failure('ResolveNames', new EwsError('ErrorNameResolutionNoResults'))]);
  }
  const withContact = isTrue(request.attributes.ReturnFullContactData);
  const set = el(
    'ResolutionSet',
    found.slice(0, 100).map((one) => resolution(one, withContact)),
    {
      TotalItemsInView: String(found.length),
      IncludesLastItemInRange: String(found.length <= 100),
    },
  );
  if (found.length === 1) return response('ResolveNames', [success('ResolveNames', [set])]);
  const several = new EwsError('ErrorNameResolutionMultipleResults');
  const warning = el(
    'ResolveNamesResponseMessage',
    [el('MessageText', several.message), el('ResponseCode', several.code), el('DescriptiveLinkKey', 0), set],
    { ResponseClass: 'Warning' },
  );
  return response('ResolveNames', [warning]);
};

function directory({ world }: Call): Found[] {
  return [
    ...world.accounts.map(({ displayName, address }) => ({ name: displayName, address, type: 'Mailbox' as const })),
    ...[...world.groups].map(([address, { name }]) => ({ name, address, type: 'PublicDL' as const })),
  ];
}

function contacts({ reader }: Call): Found[] {
  const items = [...reader.mailbox.folderNamed('contacts').byArrival].filter(({ kind }) => kind === 'Contact');
  return items.flatMap((item) => {
    const { properties } = contentOf(item, reader.mailbox);
    const entries = properties.get('EmailAddresses')?.children ?? [];
    const name = properties.get('DisplayName')?.text ?? item.subject;
    return entries
      .filter(({ text }) => text !== '')
      .map(({ text }) => ({ name, address: text, type: 'Contact' as const }));
  });
}

function resolution(found: Found, withContact: boolean): XmlNode {
  const mailbox = mailboxNode(found);
  const typed = {
    ...mailbox,
    children: mailbox.children.map((one) => (one.name === 'MailboxType' ? el('MailboxType', found.type) : one)),
  };
  if (!withContact) return el('Resolution', [typed]);
  const [given = '', ...rest] = found.name.split(' ');
  const contact = el('Contact', [
    el('DisplayName', found.name),
    el('GivenName', given),
    el('EmailAddresses', [el('Entry', `SMTP:${found.address}`, { Key: 'EmailAddress1' })]),
    el('ContactSource', found.type === 'Contact' ? 'Store' : 'ActiveDirectory'),
    el('Surname', rest.join(' ')),
  ]);
  return el('Resolution', [typed, contact]);
}

/** ExpandDL: the members of a group of the directory. */
export const expandDl: Operation = (call) => {
  const address = childText(call.request.children[0], 'EmailAddress') ?? '';
  const group = call.world.groups.get(address.toLowerCase());
  if (group === undefined) {
    return response('ExpandDL', [failure('ExpandDL', new EwsError('ErrorNameResolutionNoResults'))]);
  }
  const members = group.members.map((member) => {
    const name = call.world.account(member)?.displayName ?? call.world.groups.get(member.toLowerCase())?.name ?? member;
    return mailboxNode({ name, address: member });
  });
  const expansion = el('DLExpansion', members, {
    TotalItemsInView: String(members.length),
    IncludesLastItemInRange: 'true',
  });
  return response('ExpandDL', [success('ExpandDL', [expansion])]);
};

/** GetRoomLists: there are none. */
export const getRoomLists: Operation = () =>
  el('GetRoomListsResponse', [el('ResponseCode', 'NoError'), empty('RoomLists')], { ResponseClass: 'Success' });
