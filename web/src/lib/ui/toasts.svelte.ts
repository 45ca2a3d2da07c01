// Short messages that come and go: at most three, read out politely, paused while the pointer rests on them.
import { problemWords } from '$api/problem';

export interface Toast {
  id: number;
  words: string;
  kind: 'plain' | 'good' | 'bad';
  action?: { words: string; run: () => void };
  /** What was refused: names the market's rule behind it. */
  problem?: unknown;
}

const SHOWN_MAX = 3;
const READ_MS = 4_500;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** Say what was refused or went wrong, and by which rule. */
  fail(problem: unknown): void {
    this.say(problemWords(problem), { kind: 'bad', problem });
  }

  /** Show words for a few seconds. With an action (such as undo) or a refusal it stays longer. */
  say(words: string, options: Partial<Pick<Toast, 'kind' | 'action' | 'problem'>> = {}): void {
    const id = this.#next++;
    // The same words again take the place of the earlier ones; what can be undone stays, each.
    const others = this.list.filter((toast) => toast.words !== words || toast.action);
    this.list = [...others.slice(-(SHOWN_MAX - 1)), { id, words, kind: 'plain', ...options }];
    setTimeout(() => this.drop(id), options.action || options.problem ? READ_MS * 1.6 : READ_MS);
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
