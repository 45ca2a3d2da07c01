// Calls that let this browser be told while no page is open.
import { api } from './client';

export const readPushKey = () => api.get('/push/key');
export const addBrowser = (subscription: PushSubscription) =>
  api.post(
    '/push/subscriptions',
    {},
    {
      endpoint: subscription.endpoint,
      keys: keysOf(subscription),
    },
  );
export const dropBrowser = (endpoint: string) =>
  api.delete('/push/subscriptions', {}, { endpoint });

function keysOf(subscription: PushSubscription) {
  const { p256dh = '', auth = '' } = subscription.toJSON().keys ?? {};
  return { p256dh, auth };
}
