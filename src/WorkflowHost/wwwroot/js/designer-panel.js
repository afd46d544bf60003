// The panel beside the editor: the server's words on the draft, asked for when an editor opens and after each save.
const panel = document.getElementById('designer-panel');
const body = document.getElementById('designer-panel-body');
const toggle = document.getElementById('panel-toggle');
const counts = document.getElementById('panel-counts');
const units = document.getElementById('panel-units');
const found = document.getElementById('panel-units-found');
const Key = 'workflows.panel';
const Roomy = 1600; // px from which the editor keeps enough room beside an open panel
const Pause = 400;
let definition = null;
let year = '';
let asked = 0;
let timer = 0;
let sought = 0;

/** What the designer has confirmed by the tick, or null. */
export const confirmed = () => document.getElementById('panel-confirm')?.checked ? document.getElementById('panel-confirm').value : null;

/** Shows the panel of this definition; null: there is none to show. */
export function showPanel(id) {
  // What was asked for the last editor, or is about to be, is no longer wanted.
  clearTimeout(timer);
  asked++;
  definition = id;
  year = '';
  body.replaceChildren();
  counts.textContent = '';
  toggle.hidden = id === null;
  const kept = localStorage.getItem(Key);
  open(id !== null && (kept === null ? innerWidth >= Roomy : kept === 'open'));
  if (id !== null) refreshPanel();
}

/** Asks for the panel anew, once after several saves in a row. */
export function refreshPanel() {
  clearTimeout(timer);
  if (definition !== null) timer = setTimeout(load, Pause);
}

/** Opens the panel and leads the keyboard there: something in it has to be looked at. */
export function lookAtPanel() {
  open(true);
  refreshPanel();
  document.getElementById('designer-panel-title').focus();
}

async function load() {
  const number = ++asked;
  const answer = await fetch(`${panel.dataset.endpoint}${encodeURIComponent(definition)}${year ? `?year=${year}` : ''}`, { credentials: 'same-origin' }).catch(() => null);
  if (number !== asked) return;
  if (!answer?.ok) {
    body.textContent = panel.dataset.failed;
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').body.firstElementChild;
  if (number !== asked) return;
  // What the reader has opened, confirmed or stands on stays so, where it is still there.
  const opened = new Set([...body.querySelectorAll('li:has(details[open]) h4')].map(h => h.textContent));
  for (const task of fresh.querySelectorAll('li:has(details)')) task.querySelector('details').open = opened.has(task.querySelector('h4').textContent);
  const tick = fresh.querySelector('#panel-confirm');
  if (tick) tick.checked = confirmed() === tick.value;
  const focused = body.contains(document.activeElement) ? document.activeElement.id : '';
  body.replaceChildren(fresh);
  if (focused) document.getElementById(focused)?.focus();
  counts.textContent = fresh.dataset.counts;
  toggle.classList.toggle('has-errors', fresh.dataset.errors !== '0');
}

function open(wide) {
  panel.hidden = !wide;
  toggle.setAttribute('aria-expanded', String(wide));
}

toggle.addEventListener('click', () => {
  open(panel.hidden);
  localStorage.setItem(Key, panel.hidden ? 'closed' : 'open');
});
body.addEventListener('change', event => {
  if (event.target.id !== 'panel-year' || !event.target.checkValidity()) return;
  year = event.target.value;
  load();
});
units.addEventListener('input', () => {
  const number = ++sought;
  setTimeout(() => number === sought && find(number), Pause);
});

async function find(number) {
  const words = units.value.trim();
  const answer = words && await fetch(`${panel.dataset.endpoint}${encodeURIComponent(definition)}?handler=Units&search=${encodeURIComponent(words)}`, { credentials: 'same-origin' }).catch(() => null);
  if (number !== sought) return;
  if (!words) return found.replaceChildren();
  if (!answer?.ok) return found.replaceChildren(panel.dataset.failed);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').body.firstElementChild;
  if (number !== sought) return;
  found.replaceChildren(fresh);
  // The box stands at the panel's end: what was found would lie below what is seen.
  found.scrollIntoView({ block: 'nearest' });
}
