/** Marks a part of a schema that also allows null: its fields do not, and a button beside them sets it. */
export const NULLABLE = 'x-nullable';
