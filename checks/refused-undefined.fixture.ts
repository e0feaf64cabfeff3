type NoOptions = string | number | boolean | readonly unknown[] | AbortSignal | ((...args: never) => unknown);

/** The optional fields of some options, also of options within, that may be left out but not be undefined. */
export type RefusedUndefined<Options> = Options extends NoOptions
  ? never
  : {
        // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- asks whether the field is optional
        [K in keyof Options as string extends K ? never : K]-?: {} extends Pick<Options, K>
          ? undefined extends Required<Options>[K]
            ? RefusedUndefined<NonNullable<Options[K]>>
            : K
          : never;
      } extends infer Refused
    ? Refused[keyof Refused]
    : never;
