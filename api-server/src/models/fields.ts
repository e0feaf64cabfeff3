/** What a model's documents are made of, beside what every document has. */
export type Fields = Readonly<Record<string, unknown>>;
