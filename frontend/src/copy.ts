// A button copies the field that its `data-copy` names by id; it is there only where a script may copy.

export function copyFields(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = !window.isSecureContext;
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    const field = button && document.getElementById(button.dataset["copy"] ?? "");
    if (!button || !(field instanceof HTMLInputElement)) return;
    field.select();
    void navigator.clipboard.writeText(field.value).then(() => {
      button.textContent = "Copied";
    });
  });
}
