// The films around the one on screen: at most five video elements, moved from slide to slide as people swipe.
import { events } from '$api/events';
import { captionsOf } from './captions';
import { link } from './link.svelte';
import { announce } from './media-session';
import { plan } from './policy';
import { Player, type Reel } from './player.svelte';
import { preferences } from './preferences.svelte';

export const ELEMENTS_MAX = 5;
/** Offset of the last film that is prepared: it comes with all before it. */
const FARTHEST = 3;

/** Answers the film at an index, or null when there is none or it may not be shown yet. */
export type Source = (index: number) => Reel | null;

export class Stage {
  index = $state(-1);
  #assigned = $state.raw<ReadonlyMap<number, Player>>(new Map());
  #free: Player[] = [];
  #made = 0;
  #places = new Map<number, HTMLElement>();
  #wasSafe = false;

  constructor(
    private readonly source: Source,
    private readonly onended: () => void = () => undefined,
  ) {}

  /** The player at an index, if it has one now. */
  at(index: number): Player | undefined {
    return this.#assigned.get(index);
  }
  get current(): Player | undefined {
    return this.at(this.index);
  }

  /** Attachment for the box in a slide that shows the film. */
  place(index: number) {
    return (box: HTMLElement) => {
      this.#places.set(index, box);
      this.#put(index);
      return () => {
        if (this.#places.get(index) === box) this.#places.delete(index);
      };
    };
  }

  /**
   * Bring a film on. `since_ms` is when the gesture happened, by the page's clock. A prepared film
   * plays at once; whatever else has to move moves after the next picture.
   */
  go(index: number, since_ms: number): void {
    if (index === this.index) return;
    this.#leave();
    this.index = index;
    this.#wasSafe = false;
    if (this.current) {
      this.#begin(this.current, since_ms);
      afterPicture(() => this.refresh());
    } else {
      this.refresh();
      if (this.current) this.#begin(this.current, since_ms);
    }
  }

  #begin(player: Player, since_ms: number): void {
    this.#measure(player, since_ms);
    if (!player.state.wantsPlay) player.send('activate');
    afterPicture(() => {
      if (player !== this.current) return;
      announce(player, this);
      captionsOf(player);
    });
  }

  /** Look at the source again: films were added, or one may be shown now. */
  refresh(): void {
    if (this.index < 0) return;
    const now = { isSafe: this.#wasSafe, isNextReady: this.#isNextReady };
    const planned = plan(link.now, now);
    const place = (offset: number) => this.index + offset;
    const before = this.current;
    const kept = this.#keep(planned.kept.map(place));
    this.#fill(kept, planned.prepared.map(place));
    this.#assigned = kept;
    for (const index of kept.keys()) this.#put(index);
    if (this.current !== before) this.current?.send('activate');
  }

  /** Films that stay where they are; the elements of all others are given back. */
  #keep(near: number[]): Map<number, Player> {
    const kept = new Map<number, Player>();
    for (const [index, player] of this.#assigned) {
      const reel = near.includes(index) ? this.source(index) : null;
      if (reel && isSame(reel, player.reel)) kept.set(index, player);
      else this.#retire(player);
    }
    return kept;
  }

  #fill(kept: Map<number, Player>, wanted: number[]): void {
    for (const index of wanted) {
      const reel = kept.has(index) ? null : this.source(index);
      const player = reel ? this.#hire() : undefined;
      if (!reel || !player) continue;
      player.assign(reel);
      kept.set(index, player);
    }
  }

  /** Sound, speed or looping changed. */
  tune(): void {
    for (const player of this.#assigned.values()) player.tune();
  }

  hide(): void {
    this.current?.send('hide');
    this.#sample();
    void events.flush(true);
  }
  show(): void {
    this.current?.send('show');
  }

  /** The page is left: give every element back. */
  close(): void {
    this.#leave();
    for (const player of [...this.#assigned.values(), ...this.#free]) player.release();
    this.#assigned = new Map();
    this.#free = [];
    this.#made = 0;
    this.index = -1;
    void events.flush();
  }

  #leave(): void {
    this.#sample();
    this.current?.send('deactivate');
  }

  #sample(): void {
    const player = this.current;
    const sample = player?.watch.take(performance.now());
    if (!player?.reel?.impression_id || !sample) return;
    events.note({
      kind: 'watch',
      impression_id: player.reel.impression_id,
      duration_ms: Math.round(player.duration_ms),
      ...sample,
    });
    if (player.state.phase === 'playing') link.flowed();
  }

  #hire(): Player | undefined {
    const idle = this.#free.pop();
    if (idle || this.#made >= ELEMENTS_MAX) return idle;
    this.#made += 1;
    return new Player(document.createElement('video'), (player, kind) => this.#hear(player, kind));
  }

  #retire(player: Player): void {
    player.release();
    this.#free.push(player);
  }

  #put(index: number): void {
    const player = this.#assigned.get(index);
    const box = this.#places.get(index);
    if (player && box && player.element.parentElement !== box) box.append(player.element);
  }

  get #isNextReady(): boolean {
    return this.at(this.index + 1)?.state.hasPicture ?? false;
  }

  #hear(player: Player, kind: string): void {
    const isNext = player === this.at(this.index + 1);
    if (isNext && kind === 'decoded' && this.#wasSafe && !this.at(this.index + FARTHEST))
      queueMicrotask(() => this.refresh());
    if (player !== this.current) return;
    if (kind === 'ended' && preferences.autoScroll) this.onended();
    if (this.#wasSafe || !player.isSafe) return;
    this.#wasSafe = true;
    queueMicrotask(() => this.refresh());
  }

  #measure(player: Player, since_ms: number): void {
    const { element, reel } = player;
    element.requestVideoFrameCallback?.((shown_ms) => {
      if (player.reel !== reel) return;
      performance.measure('nm:first-frame', {
        start: Math.min(since_ms, shown_ms),
        end: shown_ms,
        detail: { video_id: reel?.video.video_id, index: this.index },
      });
    });
  }
}

/** Run once the answer to the person's gesture is on the screen. */
function afterPicture(run: () => void): void {
  requestAnimationFrame(() => setTimeout(run));
}

/** The same film as it is playing; a film whose first rendition has just appeared is another one. */
function isSame(one: Reel, other: Reel | null): boolean {
  return (
    one.video.video_id === other?.video.video_id &&
    one.video.renditions.length > 0 === other.video.renditions.length > 0
  );
}
