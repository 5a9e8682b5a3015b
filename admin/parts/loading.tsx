import { Spinner } from '@fluentui/react-components';
import { partsText } from '../text/parts.ts';

/** Stands where something is on its way. */
export function Loading() {
  return (
    <Spinner size="small" label={partsText.loading} labelPosition="after" style={{ justifyContent: 'flex-start' }} />
  );
}
