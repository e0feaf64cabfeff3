import { useEffect, useRef, type MouseEvent } from 'react';

const CONTROLS = 'input, textarea, select, button';

type Find = () => HTMLElement | undefined;

/** Of one list, and not of lists inside it. */
const buttonsOf = (list: Element, kind: string): readonly HTMLButtonElement[] =>
  [...list.querySelectorAll<HTMLButtonElement>(`button[id$="__${kind}"]`)].filter(
    (button) => button.closest('fieldset') === list,
  );

/** Where the focus belongs when a button of a list has done its work: the ids are those of rjsf. */
const focusAfter = (button: HTMLButtonElement): Find | undefined => {
  const list = button.closest('fieldset');
  const [, kind] = /__(add|remove|moveUp|moveDown)$/.exec(button.id) ?? [];
  if (list === null || kind === undefined) return undefined;
  const index = buttonsOf(list, kind).indexOf(button);
  if (kind === 'add') return whatIsNew(list);
  if (kind === 'remove') return () => buttonsOf(list, kind)[index] ?? theLast(list);
  const [other, step] = kind === 'moveUp' ? (['moveDown', -1] as const) : (['moveUp', 1] as const);
  // The button moves with its item.
  return () => (button.disabled ? buttonsOf(list, other)[index + step] : button);
};

const whatIsNew = (list: Element): Find => {
  const known = new Set(list.querySelectorAll(CONTROLS));
  return () => [...list.querySelectorAll<HTMLElement>(CONTROLS)].find((control) => !known.has(control));
};

const theLast = (list: Element): HTMLElement | undefined =>
  buttonsOf(list, 'remove').at(-1) ?? buttonsOf(list, 'add')[0];

/**
 * Keeps the focus in lists, and in records, whose items are added, removed and moved.
 * @returns what is called with each click before it has its effect
 */
export const useListFocus = (payload: unknown) => {
  const find = useRef<Find>(undefined);
  useEffect(() => {
    find.current?.()?.focus();
    find.current = undefined;
  }, [payload]);
  return ({ target }: MouseEvent): void => {
    const button = target instanceof Element ? target.closest('button') : null;
    find.current = button === null ? undefined : focusAfter(button);
  };
};
