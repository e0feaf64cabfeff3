/** One file's text on its way through a transform. */
export interface Transformation {
  /**
   * Takes the next chunk of the text, cut between two code points, and returns what is ready of the result, in whole
   * code points.
   */
  push(text: string): string;
  /** The text is over: returns what is left of the result. */
  end(): string;
}

/** Starts the transformation of a file. */
export type Transform = () => Transformation;

/**
 * The transform of a function that may be applied to a text cut anywhere:
 * `change(a + b) === change(a) + change(b)`, wherever a text is cut between two code points.
 */
export const piecewise =
  (change: (text: string) => string): Transform =>
  () => ({ push: change, end: () => '' });

/** The upper case of a code point does not depend on its neighbours; lower case would. */
export const upperCase = piecewise((text) => text.toUpperCase());
