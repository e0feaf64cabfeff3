import { useRef, useState } from 'react';
import { actInWords, type ActionRun, type ActionWords } from './action-words.js';

/** A dialog whose action ends when it is closed. */
export interface ActionDialog<Done> {
  readonly isOpen: boolean;
  /** For `Confirmation`. */
  readonly opened: (isOpen: boolean) => void;
  /** What the action did until now; undefined: nothing yet. */
  readonly soFar: Done | undefined;
  /** Runs the action until it is done, or the dialog is closed. @returns what it did */
  readonly run: (act: (run: ActionRun<Done>) => Promise<Done>) => Promise<string>;
}

/** @param reset what was typed in the dialog before is forgotten */
export const useActionDialog = <Done>(words: ActionWords<Done>, reset?: () => void): ActionDialog<Done> => {
  const [isOpen, setOpen] = useState(false);
  const [soFar, setSoFar] = useState<Done>();
  const stop = useRef(new AbortController());
  const opened = (isNowOpen: boolean): void => {
    setOpen(isNowOpen);
    setSoFar(undefined);
    reset?.();
    if (isNowOpen) stop.current = new AbortController();
    else stop.current.abort();
  };
  const run: ActionDialog<Done>['run'] = (act) =>
    actInWords(act, { signal: stop.current.signal, progress: (done) => setSoFar(() => done) }, words);
  return { isOpen, opened, soFar, run };
};
