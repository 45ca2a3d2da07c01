// How many notifications wait; kept fresh by the socket.
import { readUnread } from '$api/realtime';
import { realtime } from '$lib/realtime/socket';

class Unread {
  count = $state(0);

  /** Ask once and listen from then on. Answers the function that stops listening. */
  watch(): () => void {
    const ask = () =>
      void readUnread().then(
        ({ count }) => (this.count = count),
        () => undefined,
      );
    ask();
    return realtime.listen('inbox', ask);
  }
}

export const unread = new Unread();
