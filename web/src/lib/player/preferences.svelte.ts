// How this device plays: sound, speed, captions, data saver. Kept on the device.

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

interface Kept {
  wantsSound: boolean;
  volume: number;
  speed: number;
  captions: boolean;
  savesData: boolean;
  autoScroll: boolean;
}

const FIRST: Kept = {
  wantsSound: true,
  volume: 1,
  speed: 1,
  captions: true,
  savesData: false,
  autoScroll: false,
};
const PLACE = 'nm.player';

function read(): Kept {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Kept>) };
  } catch {
    return FIRST;
  }
}

class Preferences {
  #kept = $state<Kept>(typeof localStorage === 'undefined' ? FIRST : read());
  /** The browser lets films sound only after the first gesture. */
  maySound = $state(false);

  get isMuted(): boolean {
    return !this.#kept.wantsSound || !this.maySound;
  }
  get wantsSound(): boolean {
    return this.#kept.wantsSound;
  }
  get speed(): number {
    return this.#kept.speed;
  }
  get captions(): boolean {
    return this.#kept.captions;
  }
  get savesData(): boolean {
    return this.#kept.savesData;
  }
  get autoScroll(): boolean {
    return this.#kept.autoScroll;
  }

  /** Change some of them; they are kept for the next visit. */
  change(change: Partial<Kept>): void {
    Object.assign(this.#kept, change);
    try {
      localStorage.setItem(PLACE, JSON.stringify(this.#kept));
    } catch {
      // Storage may be forbidden: they then last as long as the page.
    }
  }

  /** Sound on or off, as the button shows it. */
  toggleSound(): void {
    this.change({ wantsSound: this.isMuted });
    this.maySound = true;
  }
}

export const preferences = new Preferences();
