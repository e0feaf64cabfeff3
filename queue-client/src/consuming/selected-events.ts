/** The events that options select; all, where they may select none. */
export type SelectedEvents<O, All extends string> = O extends {
  readonly events: readonly (infer E extends All)[];
}
  ? E
  : All;

/** Refuses fields that are no options. */
export type Surplus<O, Options> = Readonly<Record<Exclude<keyof O, keyof Options>, NoSuchOption>>;

interface NoSuchOption {
  readonly 'there is no such option': never;
}
