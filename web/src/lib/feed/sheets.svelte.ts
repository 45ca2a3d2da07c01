// Which sheet lies over the feed; each one's code is fetched when it is first opened.
import type { Component } from 'svelte';
import { events } from '$api/events';
import type { Video } from '$api/types';
import type { Entry } from './feed.svelte';

export type SheetName = 'comments' | 'share' | 'save' | 'more' | 'less' | 'why' | 'report' | 'keys';

export interface SheetProps {
  open: boolean;
  entry: Entry;
  onsheet: (name: SheetName) => void;
  /** The person does not want this film, nor others like it: go on without them. */
  onskip: (isUnwanted: (video: Video) => boolean) => void;
}

const LOADERS: Record<
  SheetName,
  () => Promise<{ default: Component<SheetProps, object, 'open'> }>
> = {
  comments: () => import('$lib/comments/CommentsSheet.svelte'),
  share: () => import('$lib/share/ShareSheet.svelte'),
  save: () => import('$lib/video/SaveSheet.svelte'),
  more: () => import('./MoreSheet.svelte'),
  less: () => import('./LessSheet.svelte'),
  why: () => import('./WhySheet.svelte'),
  report: () => import('$lib/safety/ReportSheet.svelte'),
  keys: () => import('./KeysSheet.svelte'),
};

export class Sheets {
  name = $state<SheetName | null>(null);
  component = $state.raw<Component<SheetProps, object, 'open'> | null>(null);

  /** Which one was asked for last: its code may be on its way while another is, or none, is wanted. */
  #asked = 0;

  get isOpen(): boolean {
    return this.name !== null;
  }
  set isOpen(open: boolean) {
    if (open) return;
    this.#asked += 1;
    this.name = null;
  }

  /** Open a sheet over the film; a second one takes the first one's place. */
  async show(name: SheetName, entry: Entry | undefined): Promise<void> {
    if (this.name === name) return;
    this.isOpen = false;
    const asked = this.#asked;
    const { default: component } = await LOADERS[name]();
    if (asked !== this.#asked) return;
    this.component = component;
    this.name = name;
    if (!entry?.impression_id || (name !== 'share' && name !== 'comments')) return;
    events.note({
      kind: name === 'share' ? 'share_sheet' : 'open',
      impression_id: entry.impression_id,
    });
  }

  /** Fetch the code of the likely ones while nothing else happens. */
  warm(): void {
    void LOADERS.comments();
    void LOADERS.share();
  }
}
