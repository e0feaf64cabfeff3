import type { Payload, SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { element } from './element.js';
import { inWords } from './problem.js';

/** The payload of `files/save` for a content; the compiler checks it against the contract. */
const saved = async (path: string, content: string): Promise<Payload<SystemContract, 'files', 'save'>> => {
  const startedAt = performance.now();
  const bytes = new TextEncoder().encode(content);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { path, bytes: bytes.length, sha256, durationMs: performance.now() - startedAt };
};

/** Publishes the content of the form, and shows the receipt. */
export const enableSaveForm = (queue: QueueClient<SystemContract>): void => {
  const path = element('path', HTMLInputElement);
  const content = element('content', HTMLTextAreaElement);
  const receipt = element('receipt', HTMLOutputElement);
  const show = (kind: 'waiting' | 'stored' | 'failed', text: string): void => {
    receipt.dataset.kind = kind;
    receipt.value = text;
  };
  const publish = async (): Promise<void> => {
    const connected = queue.state.kind === 'connected';
    show('waiting', connected ? 'waiting for the receipt …' : 'waiting here until it can be sent');
    try {
      const payload = await saved(path.value, content.value);
      const { seq, durability } = await queue.publish('files', 'save', payload);
      show('stored', `stored as #${seq} (${durability})`);
    } catch (error) {
      show('failed', inWords(error));
    }
  };
  element('save', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void publish();
  });
};
