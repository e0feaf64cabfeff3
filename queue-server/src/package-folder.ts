/** Of this package, also where this module is in the bundle of the program, which is beside it. */
export const PACKAGE_FOLDER = new URL('..', import.meta.url);
