import { ChoiceField, FieldGrid, TextField } from '../../parts/fields.tsx';
import { LookupField } from '../../parts/lookup-field.tsx';
import type { Draft } from '../../parts/use-draft.ts';
import { usersText as text } from '../../text/users.ts';

/** The fields of a person or program. */
export function UserFields({ draft }: { readonly draft: Draft }) {
  const { fields } = text;
  return (
    <FieldGrid>
      <TextField draft={draft} name="firstname" label={fields.firstName} isRequired />
      <TextField draft={draft} name="lastname" label={fields.lastName} isRequired />
      <TextField draft={draft} name="domainname" label={fields.userName} hint={fields.userNameHint} isRequired />
      <TextField draft={draft} name="internalemailaddress" label={fields.address} hint={fields.addressHint} />
      <TextField draft={draft} name="title" label={fields.job} />
      <LookupField
        draft={draft}
        column="businessunitid"
        navigation="businessunitid"
        table="businessunit"
        nameColumn="name"
        label={fields.unit}
        hint={fields.unitHint}
      />
      <ChoiceField
        draft={draft}
        name="accessmode"
        label={fields.access}
        hint={fields.accessHint}
        options={text.access}
      />
      <TextField draft={draft} name="applicationid" label={fields.applicationId} hint={fields.applicationIdHint} />
      <TextField
        draft={draft}
        name="azureactivedirectoryobjectid"
        label={fields.externalId}
        hint={fields.externalIdHint}
      />
    </FieldGrid>
  );
}
