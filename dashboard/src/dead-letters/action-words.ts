import { isOutcomeUnknown } from './redrive-text.js';

/** What an action with letters is given: its signal stops it, and it reports what it did after each page. */
export interface ActionRun<Done> {
  readonly signal: AbortSignal;
  readonly progress: (soFar: Done) => void;
}

/** How an action says what it did. */
export interface ActionWords<Done> {
  readonly done: (result: Done) => string;
  /**
   * @param soFar undefined: it was stopped before its first report
   * @param isUnknown whether the answer to the page under way was not awaited
   */
  readonly cancelled: (soFar: Done | undefined, isUnknown: boolean) => string;
}

/** Runs an action with letters until it is done or stopped. @returns what it did */
export const actInWords = async <Done>(
  act: (run: ActionRun<Done>) => Promise<Done>,
  { signal, progress }: ActionRun<Done>,
  words: ActionWords<Done>,
): Promise<string> => {
  let last: Done | undefined;
  const seen = (soFar: Done): void => {
    last = soFar;
    progress(soFar);
  };
  try {
    return words.done(await act({ signal, progress: seen }));
  } catch (error) {
    if (!signal.aborted) throw error;
    return words.cancelled(last, isOutcomeUnknown(error));
  }
};
