// What becomes of a video that was handed in: told at once, and asked for in case nothing is told.
import { readProgress, type Progress } from '$api/studio';
import { realtime } from '$lib/realtime/socket';

const POLL_MS = 1000;

/** Hear how far it is, until the answered function is called. */
export function follow(video_id: string, hear: (progress: Progress) => void): () => void {
  let isOver = false;
  const look = async () => {
    const found = await readProgress(video_id).catch(() => null);
    if (found && !isOver) hear(found);
  };
  const stop = realtime.listen(`video:${video_id}`, () => void look());
  const timer = setInterval(() => void look(), POLL_MS);
  void look();
  return () => {
    isOver = true;
    stop();
    clearInterval(timer);
  };
}
