import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { usePaletteEntries } from './palette-entries.js';

/** ⌘K or Ctrl-K opens it: queues, groups and pages by name. */
export const Palette = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const open = (): void => {
    setOpen(true);
    dialog.current?.showModal();
  };
  useShortcut(open);
  return (
    <>
      <button type="button" onClick={open}>
        Go to… <kbd>{SHORTCUT}</kbd>
      </button>
      <dialog ref={dialog} className="palette" aria-label="Go to" onClose={() => setOpen(false)}>
        {isOpen && <Choices dialog={dialog} />}
      </dialog>
    </>
  );
};

const SHORTCUT = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K';

const useShortcut = (open: () => void): void => {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      // Over a question that waits for its answer, nothing opens.
      if (document.querySelector('dialog[open]') === null) open();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
};

const Choices = ({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) => {
  const [search, setSearch] = useState('');
  const entries = usePaletteEntries(search);
  const navigate = useNavigate();
  return (
    <Command label="Go to" shouldFilter={false} loop>
      <Command.Input
        value={search}
        onValueChange={setSearch}
        placeholder="A queue, or queue/group"
        autoFocus
      />
      <Command.List>
        <Command.Empty>Nothing has this name.</Command.Empty>
        {entries.map(({ label, kind, to }) => (
          <Command.Item
            key={to}
            value={to}
            onSelect={() => {
              dialog.current?.close();
              void navigate({ to });
            }}
          >
            {label} <span className="quiet">{kind}</span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
};
