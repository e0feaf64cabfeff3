import type { Say } from './say.js';

/** Runs something after so many milliseconds; what it returns calls that off. */
export type After = (ms: number, run: () => void) => () => void;

/** Milliseconds. As long as a server takes that was started together with the logger. */
const PATIENCE_MS = 2_000;

export interface FirstFailures {
  /** Says it; at first, keeps it. */
  readonly say: Say;
  /** What was kept is no longer true; from here on everything is said at once. */
  readonly end: () => void;
}

/** Keeps failures to itself while the server may be starting as well; the last of them is said if it still holds. */
export const firstFailures = (say: Say, after: After): FirstFailures => {
  let patient = true;
  let kept: string | undefined;
  const callOff = after(PATIENCE_MS, () => {
    patient = false;
    if (kept !== undefined) say(kept);
  });
  return {
    say: (text) => {
      if (patient) kept = text;
      else say(text);
    },
    end: () => {
      patient = false;
      callOff();
    },
  };
};
