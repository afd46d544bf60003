// Says that there is no connection and keeps forms on the screen until it is back.
const strip = document.querySelector('[data-offline] > p');
const show = offline => { if (strip) strip.hidden = !offline; };

addEventListener('offline', () => show(true));
addEventListener('online', () => show(false));
show(navigator.onLine === false);

addEventListener('submit', event => {
  if (navigator.onLine !== false) return;
  event.preventDefault();
  event.stopPropagation();
  show(true);
  const button = event.submitter;
  if (!button || button.dataset.words) return;
  button.dataset.words = button.textContent;
  button.textContent = document.body.dataset.retry;
  addEventListener('online', () => {
    button.textContent = button.dataset.words;
    delete button.dataset.words;
  }, { once: true });
}, { capture: true });
