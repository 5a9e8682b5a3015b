import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Draft } from '../../parts/use-draft.ts';
import { settingsText as text } from '../../text/settings.ts';

const useStyles = makeStyles({
  code: {
    fontFamily: tokens.fontFamilyMonospace,
    padding: '2px 6px',
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
});

/** How a tracking token looks with what is set: beginning, user number and counter (CO-11). */
export function TokenExample({ draft }: { readonly draft: Draft }) {
  const styles = useStyles();
  if (draft.read('mr_trackingtokenenabled') === false) return null;
  const number = (name: string, usual: number): number => Number(draft.read(name) ?? usual);
  const user = String(number('trackingtokenidbase', 0) + 1).padStart(number('trackingtokeniddigits', 3), '0');
  const counter = '1'.padStart(number('mr_trackingcounterdigits', 3), '0');
  return (
    <Text>
      {text.example}{' '}
      <span className={styles.code}>
        {text.exampleSubject} {String(draft.read('trackingprefix') ?? 'CRM:')}
        {user}
        {counter}
      </span>
    </Text>
  );
}
