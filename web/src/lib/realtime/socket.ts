// One WebSocket for the page: topics in, batched messages out, reconnecting with patience.
import { readTicket } from '$api/realtime';
import { backoff_ms } from './backoff';

export interface Message {
  topic: string;
  kind: string;
  /** Null when the topic only says that something is new. */
  data: Record<string, unknown> | null;
}
export type Listener = (message: Message) => void;

const TOPICS_MAX = 50;

class Realtime {
  #listeners = new Map<string, Set<Listener>>();
  #socket: WebSocket | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening = false;

  /** Listen to a topic such as "inbox" or "comments:ID". Answers the function that stops it. */
  listen(topic: string, listener: Listener): () => void {
    const known = this.#listeners.get(topic);
    if (known) known.add(listener);
    else {
      if (this.#listeners.size >= TOPICS_MAX) return () => undefined;
      this.#listeners.set(topic, new Set([listener]));
      this.#send({ subscribe: [topic] });
    }
    void this.#open();
    return () => this.#stop(topic, listener);
  }

  /** Close and open again, with the rights of whoever is signed in now. */
  restart(): void {
    this.#socket?.close();
    this.#socket = null;
    this.#failures = 0;
    void this.#open();
  }

  #stop(topic: string, listener: Listener): void {
    const listeners = this.#listeners.get(topic);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(topic);
    this.#send({ unsubscribe: [topic] });
  }

  async #open(): Promise<void> {
    if (this.#socket || this.#opening || !this.#listeners.size || document.hidden) return;
    this.#opening = true;
    clearTimeout(this.#timer);
    try {
      const { url, ticket } = await readTicket();
      const address = new URL(url, location.href);
      address.protocol = address.protocol.replace('http', 'ws');
      address.searchParams.set('ticket', ticket);
      this.#attach(new WebSocket(address));
    } catch {
      this.#later();
    } finally {
      this.#opening = false;
    }
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      this.#send({ subscribe: [...this.#listeners.keys()] });
    };
    socket.onmessage = (event) => this.#hear(String(event.data));
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#later();
    };
  }

  #hear(text: string): void {
    const parsed = JSON.parse(text) as Message | Message[];
    for (const message of Array.isArray(parsed) ? parsed : [parsed])
      if (message.kind !== 'subscribed' && message.kind !== 'refused')
        for (const listener of this.#listeners.get(message.topic) ?? []) listener(message);
  }

  #send(words: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(words));
  }

  #later(): void {
    if (!this.#listeners.size) return;
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#open(), backoff_ms(this.#failures, Math.random()));
  }

  /** Come back at once when the page is looked at again or the network returns. */
  watchPage(): void {
    const wake = () => {
      if (!document.hidden) void this.#open();
    };
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
  }
}

export const realtime = new Realtime();
