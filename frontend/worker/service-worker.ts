// What runs while no page of Tocsin is open: it shows what is pushed to this device, sends what is pressed on it, and says
// that the device is offline, and renews a subscription that the browser has ended. Nothing about an incident is kept here.
export {};
declare const self: ServiceWorkerGlobalScope;

/** Paths of pictures, which `build.mjs` puts in. */
declare const ICON: string;
declare const BADGE: string;

/** As `integrations/channels/push` seals it. `answer` is the path of the message's link, empty when there is none. */
interface Told {
  title: string;
  body: string;
  tag: string;
  purpose: string;
  isLoud: boolean;
  since: number | null;
  answer: string;
  open: string;
  renewal?: Renewal | null;
}

/** What shows the server that this is the device, and the key for which it lets itself be woken. */
interface Renewal {
  proof: string;
  key: string;
}

interface Action {
  action: string;
  title: string;
}

/** What browsers know beyond the standard's types. */
type Shown = NotificationOptions & {
  actions: Action[];
  renotify: boolean;
  timestamp?: number;
  vibrate?: number[];
};

/** Firefox does not say which one is new. */
type PushSubscriptionChange = ExtendableEvent & { newSubscription?: PushSubscription | null };

const OFFLINE = "/offline";
const KEPT = "offline";
const RENEWED = "/renewed-device";
const DEVICE = "device";
const ACKNOWLEDGE = "acknowledge";
const DECLINE = "decline";
const SIREN = [400, 200, 400, 200, 800, 200, 400, 200, 400];

function actionsOf(told: Told): Action[] {
  if (told.answer === "") return [];
  if (told.purpose === "test") return [{ action: ACKNOWLEDGE, title: "It arrived" }];
  return [
    { action: ACKNOWLEDGE, title: "Acknowledge" },
    { action: DECLINE, title: "Decline" },
  ];
}

/** In place of what was shown about the same before. What needs nobody comes without a sound. */
function show(told: Told): Promise<void> {
  const isSilent = !["page", "test"].includes(told.purpose);
  const options: Shown = {
    body: told.body,
    tag: told.tag,
    icon: ICON,
    badge: BADGE,
    data: told,
    actions: actionsOf(told),
    requireInteraction: told.isLoud,
    renotify: !isSilent,
    silent: isSilent,
  };
  if (told.since !== null) options.timestamp = told.since;
  if (told.isLoud) options.vibrate = SIREN;
  return self.registration.showNotification(told.title, options);
}

/** What became of a press stands where the page stood; when it did not arrive, it rings again. */
function say(told: Told, title: string, body: string, isOver: boolean): Promise<void> {
  return show({ ...told, title, body, purpose: isOver ? "info" : told.purpose, isLoud: !isOver, answer: isOver ? "" : told.answer });
}

async function press(told: Told, action: string): Promise<void> {
  const path = action === DECLINE ? `${told.answer}/decline` : told.answer;
  const done = { [ACKNOWLEDGE]: told.purpose === "test" ? "Proven" : "Acknowledged", [DECLINE]: "Declined" }[action] ?? "";
  try {
    const answer = await fetch(path, { method: "POST", credentials: "omit" });
    if (answer.ok) return await say(told, `${done}: ${told.title}`, "Your answer has arrived. Tap to see how things stand.", true);
    await say(told, told.title, "This message was answered before, or its link is too old. Tap to see how things stand.", true);
  } catch {
    await say(told, told.title, "Your answer did not arrive: there is no connection to Tocsin. Press again.", false);
  }
}

async function open(path: string): Promise<void> {
  await self.clients.openWindow(path || "/");
}

async function keep(renewal: Renewal): Promise<void> {
  const kept = await caches.open(DEVICE);
  await kept.put(RENEWED, new Response(JSON.stringify(renewal)));
}

async function take(told: Told): Promise<void> {
  await show(told);
  if (told.renewal) await keep(told.renewal);
}

/** While no page is open and nobody is signed in: the server is told where this same device is woken from now on. */
async function renew({ proof, key }: Renewal, made: PushSubscription | null): Promise<void> {
  const subscription = made ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const given = { proof, endpoint: subscription.endpoint, ...subscription.toJSON().keys };
  const answer = await fetch(RENEWED, { method: "POST", credentials: "omit", body: new URLSearchParams(given) });
  if (!answer.ok) throw new Error(answer.statusText);
  await keep({ proof: await answer.text(), key });
}

async function renewOrSay(made: PushSubscription | null): Promise<void> {
  const kept = await caches.match(RENEWED);
  try {
    if (!kept) throw new Error("nothing was ever pushed here");
    await renew((await kept.json()) as Renewal, made);
  } catch {
    await show({
      title: "Tocsin cannot wake you on this device any more",
      body: "Its subscription has ended. Tap, and press Wake me on this device.",
      tag: DEVICE,
      purpose: "test",
      isLoud: false,
      since: null,
      answer: "",
      open: "/me/notifications/device",
    });
  }
}

async function keepOfflinePage(): Promise<void> {
  const page = await fetch(OFFLINE);
  const styles = [...(await page.clone().text()).matchAll(/href="(\/assets\/[^"]+)"/g)].map((found) => found[1] ?? OFFLINE);
  const kept = await caches.open(KEPT);
  await kept.put(OFFLINE, page);
  await kept.addAll(styles);
}

/** Only the page that says so, and its own files: an incident as it was some time ago is worse than none. */
async function offline(request: Request): Promise<Response> {
  return (await caches.match(request.mode === "navigate" ? OFFLINE : request)) ?? Response.error();
}

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(take(event.data.json() as Told));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renewOrSay((event as PushSubscriptionChange).newSubscription ?? null));
});

self.addEventListener("notificationclick", (event) => {
  const told = event.notification.data as Told;
  event.notification.close();
  event.waitUntil(event.action === "" ? open(told.open) : press(told, event.action));
});

self.addEventListener("fetch", (event) => {
  const isAsset = new URL(event.request.url).pathname.startsWith("/assets/");
  if (event.request.mode !== "navigate" && !isAsset) return;
  event.respondWith(fetch(event.request).catch(() => offline(event.request)));
});
