// The button "Wake me on this device": asks the browser for a subscription and hands it to the server. What then shows a
// page on this device is worker/service-worker.ts.
import { sayIn } from "./refusals";

const WORKER = "/service-worker.js";

/** Why this browser cannot be woken, and what to do; empty when it can. */
function hindrance(): string {
  if (!window.isSecureContext) return "A browser is woken only by a site with https://. Open Tocsin by its https:// address.";
  const isApple = /iPhone|iPad/.test(navigator.userAgent);
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    return isApple
      ? "On an iPhone or iPad, press Share, then Add to Home Screen; open Tocsin from there, and come back to this page."
      : "This browser knows no push messages. Use another, such as Firefox or Chrome, or another way to be reached.";
  }
  if (Notification.permission === "denied") {
    return "This browser blocks notifications of this site. Allow them in its settings for the site, and load the page again.";
  }
  return "";
}

/** A subscription that was made for another key is of no use to this server. */
async function subscribe(key: string): Promise<PushSubscription> {
  await navigator.serviceWorker.register(WORKER);
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await pushManager.subscribe(wanted);
  } catch (error) {
    const old = await pushManager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return pushManager.subscribe(wanted);
  }
}

function fill(form: HTMLFormElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
}

async function wake(form: HTMLFormElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") {
    sayIn(form, "You did not allow notifications, so nothing can wake you here. Press again to be asked once more.");
    return;
  }
  const subscription = await subscribe(form.dataset["key"] ?? "");
  fill(form, { endpoint: subscription.endpoint, ...subscription.toJSON().keys });
  form.submit();
}

export function wakeThisDevice(): void {
  const form = document.querySelector<HTMLFormElement>("#wake");
  if (!form) return;
  const why = hindrance();
  form.querySelector("button")!.hidden = why !== "";
  sayIn(form, why);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void wake(form).catch((error: unknown) => {
      sayIn(form, `The push service of this browser cannot be reached (${String(error)}). Try again, or use another browser.`);
    });
  });
}

/** Whoever uses Tocsin as an app, or is woken by it, has its worker in the newest form. */
export function renewWorker(): void {
  if (!("serviceWorker" in navigator && "Notification" in window)) return;
  const isApp = window.matchMedia("(display-mode: standalone)").matches;
  if (isApp || Notification.permission === "granted") void navigator.serviceWorker.register(WORKER);
}
