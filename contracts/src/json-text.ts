declare const json: unique symbol;

/** The JSON text of a `T`. */
export type JsonText<T> = string & { readonly [json]: T };

/** Parses a text whose value the sender's contract promises: it is not validated. */
export const parseJsonText = <Text extends JsonText<unknown>>(text: Text): Text[typeof json] =>
  // Safe: of what it is the text, its type says.
  JSON.parse(text) as Text[typeof json];
