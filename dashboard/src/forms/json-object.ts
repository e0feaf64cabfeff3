/** An object of a parsed JSON text, such as a JSON Schema. */
export type JsonObject = Readonly<Record<string, unknown>>;
