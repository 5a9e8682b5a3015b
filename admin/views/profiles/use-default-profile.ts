import { useRows } from '../../api/use-rows.ts';
import { reference, useWrites } from '../../api/use-writes.ts';

/** The organisation's default profile, and the way to set it. */
export function useDefaultProfile(): {
  readonly profileId: string | null | undefined;
  readonly makeDefault: (id: string) => Promise<void>;
} {
  const writes = useWrites();
  const organizations = useRows({
    table: 'organization',
    select: ['organizationid', '_defaultemailserverprofileid_value'],
    top: 1,
  });
  const organization = organizations.data?.value[0];
  return {
    profileId: organization?._defaultemailserverprofileid_value,
    makeDefault: (id) =>
      writes.update('organization', organization?.organizationid ?? '', {
        'defaultemailserverprofileid@odata.bind': reference('emailserverprofile', id),
      }),
  };
}
