// What is chosen in how a page is shown (data-remember) is kept in its address: it is the same after a reload, and for
// whoever is sent the link. What the page comes with is the usual, and is not in the address.

export function rememberChoices(): void {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !("remember" in field.dataset)) return;
    const address = new URL(location.href);
    const isFirst = field === document.querySelector(`input[type="radio"][name="${CSS.escape(field.name)}"]`);
    if (field.checked && !isFirst) address.searchParams.set(field.name, field.value);
    else address.searchParams.delete(field.name);
    history.replaceState(history.state, "", address);
  });
}
