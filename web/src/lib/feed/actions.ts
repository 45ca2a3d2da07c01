// What the keys of the feed do to the film on screen.
import { preferences, SPEEDS } from '$lib/player/preferences.svelte';
import type { Stage } from '$lib/player/stage.svelte';
import { t } from '$lib/i18n/index.svelte';
import type { Film } from '$lib/video/film.svelte';
import { toasts } from '$ui/toasts.svelte';
import type { Entry } from './feed.svelte';
import type { FeedAction } from './keys';
import type { SheetName } from './sheets.svelte';

export interface Scene {
  stage: Stage;
  entry: Entry;
  sheet: (name: SheetName) => void;
}

const SEEK_MS = 5_000;
type Deed = (scene: Scene & { film: Film }) => unknown;

const DEEDS: Partial<Record<FeedAction, Deed>> = {
  play: ({ stage }) => stage.current?.send('toggle'),
  like: ({ film }) => film.like(!film.video.you.liked),
  follow: ({ film, entry }) => film.follow(film.follows === 'no', entry.impression_id),
  save: ({ film, sheet }) => (film.video.you.saved ? film.save(false) : sheet('save')),
  mute: () => preferences.toggleSound(),
  captions: () => preferences.change({ captions: !preferences.captions }),
  comments: ({ sheet }) => sheet('comments'),
  share: ({ sheet }) => sheet('share'),
  help: ({ sheet }) => sheet('keys'),
  forward: ({ stage }) => seek(stage, SEEK_MS),
  backward: ({ stage }) => seek(stage, -SEEK_MS),
  faster: () => changeSpeed(1),
  slower: () => changeSpeed(-1),
};

/** Do it. Unknown actions do nothing: the list itself handles walking. */
export function perform(action: FeedAction, scene: Scene): void {
  void DEEDS[action]?.({ ...scene, film: scene.entry.film });
}

function seek(stage: Stage, by_ms: number): void {
  const player = stage.current;
  player?.seek(player.position_ms + by_ms);
}

function changeSpeed(by: number): void {
  const at = SPEEDS.findIndex((speed) => speed === preferences.speed);
  const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))]!;
  preferences.change({ speed });
  toasts.say(t('player.speed_is', { speed }));
}
