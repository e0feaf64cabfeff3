/** A front asks a unit to let a client finish what it has begun, with a `Finishing`: its connection is about to end. */
export const FINISH = 'front:finish';
