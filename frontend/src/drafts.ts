// What is being typed is never lost: a text field with data-draft keeps its text for this tab until it has been sent.

const PREFIX = "draft:";

export function keepDrafts(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-draft]")) {
    const key = PREFIX + (field.dataset["draft"] ?? "");
    if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
    field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form?.requestSubmit();
    });
    field.form?.addEventListener("htmx:after:request", (event) => {
      const status = (event as CustomEvent<{ ctx?: { response?: { status: number } } }>).detail.ctx?.response?.status ?? 500;
      if (status >= 400) return;
      field.value = "";
      sessionStorage.removeItem(key);
    });
  }
}
