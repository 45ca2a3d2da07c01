// Calls that let this browser be told while no page is open.
import { api } from './client';

export const readPushKey = () => api.get<{ public_key: string }>('/push/key');
export const addBrowser = (subscription: PushSubscriptionJSON) =>
  api.post<{ subscription_id: string }>('/push/subscriptions', {
    endpoint: subscription.endpoint,
    keys: subscription.keys,
  });
export const dropBrowser = (endpoint: string) =>
  api.delete<undefined>('/push/subscriptions', { endpoint });
