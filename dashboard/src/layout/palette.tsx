import { useRouter } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { usePaletteEntries } from './palette-entries.js';

/** ⌘K or Ctrl-K opens it: pages, queues, groups and events by name, messages by number. */
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
  const { entries, isSearching } = usePaletteEntries(search);
  const { history } = useRouter();
  return (
    <Command label="Go to" shouldFilter={false} loop>
      <Command.Input
        value={search}
        onValueChange={setSearch}
        placeholder="A name, queue/name, or queue 12"
        autoFocus
      />
      <Command.List>
        <Command.Empty>{isSearching ? 'Searching…' : 'Nothing has this name, or not for you.'}</Command.Empty>
        {entries.map(({ label, kind, to }) => (
          <Command.Item
            key={`${kind} ${label}`}
            value={`${kind} ${label}`}
            onSelect={() => {
              dialog.current?.close();
              history.push(to);
            }}
          >
            {label} <span className="quiet">{kind}</span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
};
