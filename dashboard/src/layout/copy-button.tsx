import { useState } from 'react';

/** Copies a text. Browsers let a page do so only by `https` or on this computer: elsewhere there is no button. */
export const CopyButton = ({ text, what }: { text: () => string; what: string }) => {
  const [isCopied, setCopied] = useState(false);
  if (!window.isSecureContext) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text());
    setCopied(true);
  };
  return (
    <button type="button" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
    </button>
  );
};
