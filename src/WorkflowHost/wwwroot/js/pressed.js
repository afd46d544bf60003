// A pressed button says so after 300 ms and stays focusable; a second press of the same form is ignored.
// data-pressed on the button or the form gives the words ("Đang nộp…").
const pressed = new Map();

document.addEventListener('submit', event => {
  const form = event.target;
  // What answers in a frame leaves the page as it is.
  if (event.defaultPrevented || event.submitter?.formTarget) return;
  if (pressed.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter ?? form.querySelector('button:not([type=button])');
  if (!button || form.method === 'get') return;
  const words = button.textContent;
  const timer = setTimeout(() => {
    button.setAttribute('aria-disabled', 'true');
    button.textContent = button.dataset.pressed ?? form.dataset.pressed ?? document.body.dataset.sending;
  }, 300);
  pressed.set(form, () => {
    clearTimeout(timer);
    button.removeAttribute('aria-disabled');
    button.textContent = words;
  });
});

// A page that comes back from the browser's memory was never left: its buttons must work again.
addEventListener('pageshow', event => {
  if (!event.persisted) return;
  for (const restore of pressed.values()) restore();
  pressed.clear();
});

// <div data-told="done task"> says what came of a press, by words in the page's address: it is told once, so they leave the address.
for (const note of document.querySelectorAll('[data-told]')) {
  const address = new URL(location);
  for (const name of note.dataset.told.split(' ')) address.searchParams.delete(name);
  if (address.search !== location.search) history.replaceState(history.state, '', address);
}
