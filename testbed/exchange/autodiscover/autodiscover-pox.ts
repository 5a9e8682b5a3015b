import type { World } from '../store/world.ts';
import { escapeXml } from '../xml/escape-xml.ts';
import { readXml } from '../xml/read-xml.ts';
import { child, childText } from '../xml/xml-node.ts';
import { type AutodiscoverFacts, redirectOf } from './autodiscover-rules.ts';

const outer = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const inner = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';

/** The answer of the plain XML form of Autodiscover (MS-OXDSCLI 2.2). */
export function answerPox(body: string, world: World, facts: AutodiscoverFacts): string {
  const request = child(readXml(body), 'Request');
  const address = childText(request, 'EMailAddress') ?? '';
  const redirect = redirectOf(facts, address);
  if (redirect !== undefined) {
    const action = redirect.url === undefined ? 'redirectAddr' : 'redirectUrl';
    const element = redirect.url === undefined ? 'RedirectAddr' : 'RedirectUrl';
    const target = escapeXml(redirect.url ?? redirect.address ?? '');
    return account(`<AccountType>email</AccountType><Action>${action}</Action><${element}>${target}</${element}>`);
  }
  const found = world.account(address);
  if (found === undefined) {
    return wrap(
      `<Response><Error Time="00:00:00.0000000" Id="1"><ErrorCode>500</ErrorCode><Message>The email address can't be found.</Message><DebugData/></Error></Response>`,
    );
  }
  const url = escapeXml(facts.ewsUrl);
  const protocols = ['EXCH', 'EXPR']
    .map(
      (type) =>
        `<Protocol><Type>${type}</Type><Server>${world.backEndOf(found)}</Server><EwsUrl>${url}</EwsUrl><ASUrl>${url}</ASUrl><OOFUrl>${url}</OOFUrl><AuthPackage>Ntlm</AuthPackage></Protocol>`,
    )
    .join('');
  const user = `<User><DisplayName>${escapeXml(found.displayName)}</DisplayName><LegacyDN>/o=simulator/cn=${escapeXml(found.userName)}</LegacyDN><AutoDiscoverSMTPAddress>${escapeXml(found.address)}</AutoDiscoverSMTPAddress><DeploymentId>00000000-0000-0000-0000-000000000000</DeploymentId></User>`;
  return account(
    `<AccountType>email</AccountType><Action>settings</Action><MicrosoftOnline>False</MicrosoftOnline>${protocols}`,
    user,
  );
}

function account(content: string, user = ''): string {
  return wrap(`<Response xmlns="${inner}">${user}<Account>${content}</Account></Response>`);
}

function wrap(content: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${outer}">${content}</Autodiscover>`;
}
