/** Detects code that runs inside a handler, so that a `close()` awaited there does not deadlock. */
export interface HandlerScope {
  /** Runs a handler of the owner, with what it is given. */
  run<Given, Context>(
    owner: object,
    handle: (given: Given, context: Context) => unknown,
    given: Given,
    context: Context,
  ): unknown;
  /** Whether the caller is, or on some platforms may be, a handler of the owner. */
  inside(owner: object): boolean;
}

/** Without async context tracking, any caller may be a handler. */
export const handlerScope: HandlerScope = {
  run: (_owner, handle, given, context) => handle(given, context),
  inside: () => true,
};
