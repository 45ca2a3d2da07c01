// Tells the system what plays, so that headphones, keyboards and lock screens can steer it.
import type { Player } from './player.svelte';

const SEEK_MS = 5_000;

/** Announce the film and answer the system's keys; `stage` says which film they are for by then. */
export function announce(player: Player, stage: { readonly current: Player | undefined }): void {
  const session = navigator.mediaSession;
  const video = player.reel?.video;
  if (!session || !video) return;
  session.metadata = new MediaMetadata({
    title: video.caption.slice(0, 120),
    artist: video.creator.name,
    artwork: video.poster_url ? [{ src: video.poster_url }] : [],
  });
  const steer = (action: MediaSessionAction, run: () => void) => {
    try {
      session.setActionHandler(action, run);
    } catch {
      // Not every browser knows every action.
    }
  };
  steer('play', () => stage.current?.send('toggle'));
  steer('pause', () => stage.current?.send('toggle'));
  steer('seekbackward', () => player.seek(player.position_ms - SEEK_MS));
  steer('seekforward', () => player.seek(player.position_ms + SEEK_MS));
}
