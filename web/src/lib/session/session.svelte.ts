// Who is here: the account or guest, and what they may do. One value for the whole page.
import { readSession } from '$api/session';
import type { Me, Session } from '$api/types';

class Viewer {
  #session = $state.raw<Session | null>(null);
  /** The account must sign in before it can do this; the shell shows the sheet. */
  wish = $state<string | null>(null);

  get account(): Me | null {
    return this.#session?.account ?? null;
  }
  get isSignedIn(): boolean {
    return this.account !== null;
  }
  get isPersonalised(): boolean {
    return this.#session?.is_personalised ?? true;
  }
  /** Videos for adults are not covered. */
  get showsMature(): boolean {
    return this.#session?.shows_mature ?? false;
  }
  get market(): string | null {
    return this.#session?.market ?? null;
  }
  get language(): string | null {
    return this.#session?.account?.language ?? null;
  }
  get isKnown(): boolean {
    return this.#session !== null;
  }

  has(role: string): boolean {
    return this.account?.roles.includes(role) ?? false;
  }

  /** Ask the server again: after signing in or out, and when the page wakes. */
  async refresh(): Promise<void> {
    this.#session = await readSession();
  }

  /** Take what the server wrote into the page, which spares one round trip. */
  adopt(session: Session): void {
    this.#session = session;
  }

  /** After a change of the own account that answered with it. */
  adoptAccount(account: Me | null): void {
    if (this.#session) this.#session = { ...this.#session, account };
  }

  /** Note a change of the switch that the server has accepted. */
  personalise(is_personalised: boolean): void {
    if (this.#session) this.#session = { ...this.#session, is_personalised };
  }

  /** Note that videos for adults are shown, or covered again. */
  showMature(shows_mature: boolean): void {
    if (this.#session) this.#session = { ...this.#session, shows_mature };
  }

  /** The server does not know who is here. When the page does, the session was ended elsewhere: say so. */
  async missed(words: string): Promise<void> {
    if (!this.isSignedIn) return;
    await this.refresh();
    if (!this.isSignedIn) this.wish = words;
  }

  /** True when signed in; else asks to sign in, saying what for (a message key's words). */
  may(wish: string): boolean {
    if (this.isSignedIn) return true;
    this.wish = wish;
    return false;
  }
}

export const viewer = new Viewer();
