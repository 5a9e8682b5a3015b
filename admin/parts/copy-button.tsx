import { Button } from '@fluentui/react-components';
import { CopyRegular } from '@fluentui/react-icons/svg/copy';
import { useState } from 'react';
import { partsText } from '../text/parts.ts';

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({ value, name }: { readonly value: string; readonly name: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Button
      appearance="subtle"
      size="small"
      icon={<CopyRegular />}
      aria-label={isCopied ? partsText.copied : partsText.copyNamed(name)}
      onClick={() => void navigator.clipboard?.writeText(value).then(() => setCopied(true))}
    >
      {isCopied ? partsText.copied : partsText.copy}
    </Button>
  );
}
