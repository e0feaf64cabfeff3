/** One file's text on its way through a transform. */
export interface Transformation {
  /**
   * Takes the next piece of the text, cut anywhere but within a code point, and returns what is ready of the
   * result: whole code points as well.
   */
  push(text: string): string;
  /** The text is over: returns what is left of the result. */
  end(): string;
}

/** What becomes of the text of a file: begins anew for each. */
export type Transform = () => Transformation;

/**
 * The transform of a function that may as well be applied to the parts of a text:
 * `change(a + b) === change(a) + change(b)`, wherever a text is cut between two code points.
 */
export const piecewise =
  (change: (text: string) => string): Transform =>
  () => ({ push: change, end: () => '' });

/** Each code point has an upper case of its own, whatever stands beside it: only lower case looks at neighbours. */
export const upperCase = piecewise((text) => text.toUpperCase());
