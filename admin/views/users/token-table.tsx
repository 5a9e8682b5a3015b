import { Text } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { type PlainColumn, PlainTable } from '../../parts/plain-table.tsx';
import { FullDate, When } from '../../parts/when.tsx';
import { partsText } from '../../text/parts.ts';
import { signInWaysText } from '../../text/sign-in-ways.ts';

const { tokens: text } = signInWaysText;

/** A token as the Web API tells of it. */
export interface TokenInfo {
  readonly TokenId: string;
  readonly UserId: string;
  readonly Name: string;
  readonly Kind: keyof typeof text.kinds;
  readonly CreatedOn: string;
  readonly ExpiresOn: string | null;
  readonly LastUsedOn: string | null;
}

/** Tokens with the way to revoke each; `userNames` adds whose they are. */
export function TokenTable({
  tokens,
  userNames,
}: {
  readonly tokens: readonly TokenInfo[];
  readonly userNames?: ReadonlyMap<string, string>;
}) {
  const writes = useWrites();
  const notify = useNotify();
  const queries = useQueryClient();
  const user: PlainColumn<TokenInfo> = {
    name: text.columns.user,
    show: (row) => <AppLink to={`/users/${row.UserId}?tab=signIn`}>{userNames?.get(row.UserId) || row.UserId}</AppLink>,
  };
  const revoke = async (row: TokenInfo): Promise<void> => {
    await writes.act('systemuser', row.UserId, 'mr_RevokeToken', { TokenId: row.TokenId });
    await queries.invalidateQueries({ queryKey: ['function'] });
    notify(text.revoked);
  };
  const columns: readonly PlainColumn<TokenInfo>[] = [
    { name: text.columns.name, show: (row) => row.Name },
    ...(userNames === undefined ? [] : [user]),
    { name: text.columns.kind, show: (row) => text.kinds[row.Kind], width: '90px', isMinor: true },
    { name: text.columns.created, show: (row) => <When value={row.CreatedOn} />, width: '110px', isMinor: true },
    {
      name: text.columns.used,
      show: (row) => <When value={row.LastUsedOn} empty={partsText.never} />,
      width: '110px',
      isMinor: true,
    },
    {
      name: text.columns.expires,
      show: (row) => <FullDate value={row.ExpiresOn} empty={text.untilRevoked} />,
      width: '150px',
      isMinor: true,
    },
    {
      name: text.revoke,
      width: '110px',
      show: (row) => (
        <ConfirmButton
          size="small"
          label={text.revoke}
          title={text.revokeTitle}
          action={text.revoke}
          names={[row.Name]}
          onConfirm={() => revoke(row)}
        >
          {text.revokeSentence}
        </ConfirmButton>
      ),
    },
  ];
  if (tokens.length === 0) return <Text>{text.none}</Text>;
  return <PlainTable label={text.title} rows={tokens} keyOf={(row) => row.TokenId} columns={columns} />;
}
