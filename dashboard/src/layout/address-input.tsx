import { useEffect, useRef } from 'react';
import { timeStep } from '../text/time.js';

interface AddressInputProps {
  readonly type: 'search' | 'datetime-local';
  /** Its label, where no element around it is one. */
  readonly label?: string;
  /** As the address of the page has it. */
  readonly value: string;
  readonly change: (value: string) => void;
  readonly maxLength?: number;
  readonly placeholder?: string;
}

/**
 * An input whose value becomes part of the address of the page. The address follows later than the keys: while somebody
 * types, the input keeps what was typed, and the caret its place.
 */
export const AddressInput = ({ type, label, value, change, ...others }: AddressInputProps) => {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const { current } = input;
    if (current !== null && document.activeElement !== current) current.value = value;
  }, [value]);
  return (
    <input
      {...others}
      ref={input}
      type={type}
      step={type === 'datetime-local' ? timeStep(value) : undefined}
      aria-label={label}
      defaultValue={value}
      onChange={({ target }) => change(target.value)}
    />
  );
};
