import { isDocument, type Document } from '../bson/document.js';
import { checkIdFirst } from '../bson/field-order.js';
import { keyOf } from '../bson/key.js';
import { CommandError } from '../errors.js';
import { accumulators, type Accumulator } from './accumulators.js';
import { compileExpression, type Expression } from './expression.js';
import type { Stage } from './stage.js';

interface Field {
  readonly name: string;
  readonly begin: () => Accumulator;
  readonly operand: Expression;
}

const fieldOf = (name: string, spec: unknown): Field => {
  if (name.includes('.')) {
    throw new CommandError('Location40235', `The field name '${name}' cannot contain '.'`);
  }
  if (!isDocument(spec)) {
    throw new CommandError('Location40234', `The field '${name}' must be an accumulator object`);
  }
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(spec);
  if (more.length > 0 || operator === '') {
    throw new CommandError('Location40238', `The field '${name}' must specify one accumulator`);
  }
  if (Array.isArray(operand)) {
    throw new CommandError('Location40237', `The ${operator} accumulator is a unary operator`);
  }
  const begin = Object.hasOwn(accumulators, operator) ? accumulators[operator] : undefined;
  if (begin === undefined) {
    throw new CommandError('Location15952', `unknown group operator '${operator}'`);
  }
  return { name, begin, operand: compileExpression(operand) };
};

/** `$group`: one document for each value of `_id`. @throws CommandError */
export const groupStage = (spec: unknown): Stage => {
  if (!isDocument(spec)) {
    throw new CommandError('Location15947', "a group's fields must be specified in an object");
  }
  if (!('_id' in spec)) {
    throw new CommandError('Location15955', 'a group specification must include an _id');
  }
  checkIdFirst(spec);
  const { _id, ...rest } = spec;
  const idOf = compileExpression(_id);
  const fields = Object.entries(rest).map(([name, field]) => fieldOf(name, field));
  return function* (documents) {
    const groups = new Map<string, { readonly id: unknown; readonly values: readonly Accumulator[] }>();
    for (const document of documents) {
      const id = idOf(document) ?? null;
      const key = keyOf(id);
      let group = groups.get(key);
      if (group === undefined) {
        group = { id, values: fields.map(({ begin }) => begin()) };
        groups.set(key, group);
      }
      for (let at = 0; at < fields.length; at++) group.values[at]?.add(fields[at]?.operand(document));
    }
    for (const { id, values } of groups.values()) yield groupDocument(id, fields, values);
  };
};

const groupDocument = (id: unknown, fields: readonly Field[], values: readonly Accumulator[]): Document => ({
  _id: id,
  ...Object.fromEntries(fields.map(({ name }, at) => [name, values[at]?.result()])),
});
