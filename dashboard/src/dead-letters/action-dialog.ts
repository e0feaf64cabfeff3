import { useRef, useState } from 'react';

/** A dialog whose action ends when it is closed. */
export interface ActionDialog {
  readonly isOpen: boolean;
  /** For `Confirmation`. */
  readonly opened: (isOpen: boolean) => void;
  /** Aborts when the dialog is closed. */
  readonly signal: () => AbortSignal;
}

/** @param reset what was typed and seen in the dialog before is forgotten */
export const useActionDialog = (reset: () => void): ActionDialog => {
  const [isOpen, setOpen] = useState(false);
  const stop = useRef(new AbortController());
  const opened = (isNowOpen: boolean): void => {
    setOpen(isNowOpen);
    reset();
    if (isNowOpen) stop.current = new AbortController();
    else stop.current.abort();
  };
  return { isOpen, opened, signal: () => stop.current.signal };
};
