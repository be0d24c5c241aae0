// A one-line form with data-clears is sent by the script, which leaves the page as it is: once it was taken, it is empty.

export function clearForms(): void {
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("clears" in form.dataset)) return;
    const status = (event as CustomEvent<{ ctx?: { response?: { status: number } } }>).detail.ctx?.response?.status ?? 500;
    if (status < 400) form.reset();
  });
}
