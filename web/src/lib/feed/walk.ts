// Walking through the films: scrolls the list, brings the stage along, never loses count.
import type { Video } from '$api/types';
import { isStill } from '$ui/motion';
import type { Stage } from '$lib/player/stage.svelte';
import type { Feed } from './feed.svelte';
import { Wheel } from './wheel';

/** A finger's scroll is noticed this long after it began, at most. */
const NOTICED_MS = 400;
const THERE = 0.02;

interface SnapEvent extends Event {
  snapTargetBlock?: HTMLElement | null;
}

export class Walk {
  #scroller: HTMLElement | null = null;
  /** Somebody went on before the next film was known: it comes when it is. */
  #isOwed = false;
  /** Where a scroll of ours is going: until it is there, places in between are not arrivals. */
  #heading: number | null = null;
  #released_ms = 0;
  #isHeld = false;
  #wheel = new Wheel();

  constructor(
    private readonly feed: Feed,
    private readonly stage: Stage,
    private readonly slots: () => number,
    private readonly onfilm: (index: number) => void,
  ) {}

  /** Attachment for the scrolling box. */
  readonly attach = (scroller: HTMLElement) => {
    this.#scroller = scroller;
    const turn = (event: WheelEvent) => {
      if (event.ctrlKey || (event.target as HTMLElement).closest('.caption.open')) return;
      event.preventDefault();
      this.go(this.#wheel.turn(event.deltaY, event.timeStamp), event.timeStamp);
    };
    const hold = () => (this.#isHeld = true);
    const release = (event: TouchEvent) => {
      this.#released_ms = event.timeStamp;
      this.#isHeld = false;
      this.#heading = null;
    };
    const snap = (event: Event) => this.#snapping(event as SnapEvent);
    const scroll = () => this.#scrolled();
    scroller.addEventListener('wheel', turn, { passive: false });
    scroller.addEventListener('touchstart', hold, { passive: true });
    scroller.addEventListener('touchend', release, { passive: true });
    scroller.addEventListener('scrollsnapchanging', snap);
    scroller.addEventListener('scroll', scroll, { passive: true });
    return () => {
      scroller.removeEventListener('wheel', turn);
      scroller.removeEventListener('touchstart', hold);
      scroller.removeEventListener('touchend', release);
      scroller.removeEventListener('scrollsnapchanging', snap);
      scroller.removeEventListener('scroll', scroll);
      this.#scroller = null;
    };
  };

  /** Begin where the person was, or look at what has been added. */
  settle(): void {
    const isOwed = this.#isOwed;
    this.#isOwed = false;
    if (!this.feed.entries.length || !this.#scroller) return;
    if (this.stage.index >= 0) {
      this.stage.refresh();
      if (isOwed) this.go(1, performance.now());
      return;
    }
    this.#scroller.scrollTop = this.feed.index * this.#scroller.clientHeight;
    this.#arrive(this.feed.index, performance.now());
  }

  /** One film on or back, or as many as `step` says. */
  go(step: number, since_ms: number): void {
    const scroller = this.#scroller;
    if (!scroller || !step) return;
    const from = Math.max(0, this.stage.index);
    const to = Math.max(0, Math.min(this.slots() - 1, from + step));
    this.#isOwed = to === from && step > 0;
    if (to === from) return;
    this.#heading = to;
    this.#arrive(to, since_ms);
    const behavior = isStill() ? 'instant' : 'smooth';
    requestAnimationFrame(() => scroller.scrollTo({ top: to * scroller.clientHeight, behavior }));
  }

  /** Go on, without what is not wanted among the films still to come. */
  skip(isUnwanted: (video: Video) => boolean): void {
    this.feed.drop(isUnwanted);
    this.stage.refresh();
    this.go(1, performance.now());
  }

  #scrolled(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const at = scroller.scrollTop / scroller.clientHeight;
    if (this.#heading !== null) {
      if (Math.abs(at - this.#heading) < THERE) this.#heading = null;
      return;
    }
    this.#arrive(Math.round(at), this.#since_ms);
  }

  /** When the person let go; while a finger still leads, now. */
  get #since_ms(): number {
    const now_ms = performance.now();
    return this.#isHeld ? now_ms : Math.max(this.#released_ms, now_ms - NOTICED_MS);
  }

  /** The browser knows where a push will end before it is half way there. */
  #snapping({ snapTargetBlock }: SnapEvent): void {
    const index = parseInt(snapTargetBlock?.style.getPropertyValue('--i') ?? '', 10);
    if (this.#isHeld || this.#heading !== null || Number.isNaN(index)) return;
    this.#heading = index;
    this.#arrive(index, this.#since_ms);
  }

  #arrive(index: number, since_ms: number): void {
    if (index === this.stage.index || !this.feed.entries.length) return;
    this.stage.go(index, since_ms);
    // What is not on the screen yet can wait for the picture that is.
    requestAnimationFrame(() => setTimeout(() => this.#follow(index)));
  }

  #follow(index: number): void {
    if (index !== this.stage.index) return;
    this.feed.index = Math.min(index, this.feed.entries.length - 1);
    void this.feed.near(index);
    this.onfilm(index);
  }
}
