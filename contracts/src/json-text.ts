declare const json: unique symbol;

/** The JSON text of a `T`. */
export type JsonText<T> = string & { readonly [json]: T };

/** Parses a text whose value the sender's contract promises: it is not validated. */
export const parseJsonText = <T>(text: JsonText<T>): T =>
  // Safe: that it is the text of a T is what its type says.
  JSON.parse(text) as T;
