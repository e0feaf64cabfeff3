import type { Answer, Operation } from '../store/operation.js';
import type { Store } from '../store/store.js';

/** The whole state as operations: the content of a compacted log. */
export function* stateOf(store: Store, answers: readonly Answer[]): Generator<Operation> {
  for (const [namespace, collection] of store.collections) {
    yield { kind: 'create', namespace };
    for (const [, document] of collection.candidates(new Map(), Infinity)) {
      yield { kind: 'put', namespace, document };
    }
    for (const { spec } of collection.indexes) yield { kind: 'index', namespace, spec };
  }
  yield* answers;
}
