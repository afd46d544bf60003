// The designer's page: starts Elsa Studio, shows the element that belongs to the address, and carries the session's token and refusals.
import { confirmed, lookAtPanel, refreshPanel, showPanel } from './designer-panel.js';
import { Saves, saveOf } from './designer-saves.js';
import { putWords, readWords } from './studio-words.js';

const place = document.getElementById('studio');
const state = document.getElementById('designer-state');
const base = new URL(document.baseURI);
const endpoint = new URL(place.dataset.endpoint, location.origin).href;

// Studio reads its culture before it starts. Dates follow it; its own words come from studio-words.js.
localStorage.setItem('BlazorCulture', place.dataset.culture);

// ---- Every call of Studio goes through here: our antiforgery token out, refusals in words back.
const send = window.fetch;
const saves = new Map();
let underWay = 0;
let calls = 0;
window.fetch = async function (request, options = {}) {
  const url = new URL(request instanceof Request ? request.url : request, document.baseURI);
  if (url.origin !== location.origin || !url.pathname.startsWith('/elsa/')) return send(request, options);
  const headers = new Headers(options.headers ?? (request instanceof Request ? request.headers : undefined));
  headers.set('RequestVerificationToken', document.querySelector('meta[name=antiforgery]').content);
  if (confirmed()) headers.set('Workflows-Confirm', confirmed());
  const post = body => send(request, body === undefined ? { ...options, headers } : { ...options, headers, body });
  const save = saveOf(url, options);
  if (save && !saves.has(save.id)) saves.set(save.id, new Saves());
  underWay++;
  calls++;
  const answer = await (save ? saves.get(save.id).send(save.body, post) : post()).finally(() => underWay--);
  if (answer.status === 401) {
    // The session has ended: the sign-in page brings back here.
    location.reload();
    return new Promise(() => {});
  }
  if (answer.ok && options.method !== undefined && options.method !== 'GET') refreshPanel();
  if (answer.ok || answer.status === 404 || answer.status >= 500) return answer;
  const body = await answer.clone().json().catch(() => ({}));
  if (body.code === 'lint' || body.code === 'confirm') lookAtPanel();
  tell(answer.status === 409 && body.code === 'stale' ? place.dataset.stale : `${place.dataset.refused} ${words(body)}`, body.code === 'stale');
  // Studio shows the errors of a 400 and breaks on any other refusal.
  return answer.status === 400 ? answer : new Response(JSON.stringify({ ...body, errors: hasErrors(body) ? body.errors : { '': [words(body)] } }), {
    status: 400, headers: { 'content-type': 'application/json' },
  });
};

const hasErrors = body => body.errors && Object.keys(body.errors).length > 0;
const words = body => {
  const own = place.dataset.language === 'vi' ? body.messageVi ?? body.message : body.message;
  const errors = Object.values(body.errors ?? {}).flat();
  return [own, ...errors].filter(Boolean).join(' ');
};

function tell(text, reload) {
  state.replaceChildren(text, ' ');
  if (!reload) return;
  const again = document.createElement('button');
  again.type = 'button';
  again.textContent = place.dataset.reload;
  again.addEventListener('click', () => location.reload());
  state.append(again);
}

// ---- Which element belongs to an address. Studio's own addresses stand below the base; some of its links forget the base.
function screenOf(path) {
  const parts = path.replace(base.pathname, '').replace(/^\/+/, '').split('/').filter(Boolean);
  if (parts[0] !== 'workflows' || parts.length < 2) return { name: 'definitions' };
  const [, kind, id, verb] = parts;
  if (kind === 'definitions' && verb === 'edit') return { name: 'editor', id: decodeURIComponent(id) };
  if (kind === 'instances' && verb === 'view') return { name: 'viewer', id: decodeURIComponent(id) };
  return { name: kind === 'instances' ? 'instances' : 'definitions' };
}

// By Blazor's own way: Studio's lists write their paging into the address that Blazor knows.
const go = path => Blazor.navigateTo(new URL(path, base).href);
const elements = {
  definitions: () => make('elsa-workflow-definition-list', { editWorkflowDefinition: id => go(`workflows/definitions/${encodeURIComponent(id)}/edit`) }),
  editor: id => make('elsa-workflow-definition-editor', {}, { 'definition-id': id }),
  instances: () => make('elsa-workflow-instance-list', { viewWorkflowInstance: id => go(`workflows/instances/${encodeURIComponent(id)}/view`) }),
  viewer: id => make('elsa-workflow-instance-viewer', { editWorkflowDefinition: id => go(`workflows/definitions/${encodeURIComponent(id)}/edit`) }, { 'instance-id': id }),
};

// Attributes and function properties must stand before the element is put in.
function make(name, functions, attributes = {}) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries({ 'remote-endpoint': endpoint, ...attributes })) element.setAttribute(key, value);
  return Object.assign(element, functions);
}

// Studio lets go of an element a second after it has left the page, and two at once fight over its overlays.
const LetGo = 1100;
let shown = '';
let next = 0;
function show() {
  const screen = screenOf(location.pathname);
  for (const link of document.querySelectorAll('[data-screen]')) {
    const own = link.dataset.screen === (screen.name === 'editor' ? 'definitions' : screen.name === 'viewer' ? 'instances' : screen.name);
    if (own) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  const key = `${screen.name}/${screen.id ?? ''}`;
  if (key === shown) return;
  shown = key;
  state.replaceChildren();
  place.dataset.screen = screen.name;
  showPanel(screen.name === 'editor' ? screen.id : null);
  const wait = place.childElementCount > 0 ? LetGo : 0;
  place.replaceChildren();
  clearTimeout(next);
  next = setTimeout(() => {
    settle();
    place.replaceChildren(elements[screen.name](screen.id));
  }, wait);
}

// What is dropped on a drawing while Studio still loads it is lost: the page takes no pointer until Studio has asked for nothing for a while.
const Turn = 150;
const QuietTurns = 4;
// A minute: on a slow machine Studio takes longer to start than one would think.
const MostTurns = 400;
let settling = 0;
function settle() {
  clearInterval(settling);
  place.setAttribute('aria-busy', 'true');
  // A call may have come and gone between two turns.
  let [seen, quiet, turns] = [calls, 0, 0];
  const before = calls;
  settling = setInterval(() => {
    quiet = calls > before && calls === seen && underWay === 0 ? quiet + 1 : 0;
    seen = calls;
    if (quiet < QuietTurns && ++turns < MostTurns) return;
    clearInterval(settling);
    place.removeAttribute('aria-busy');
  }, Turn);
}

// Studio only changes the address (after Run, Save as, Edit); the page follows.
for (const name of ['pushState', 'replaceState']) {
  const original = history[name];
  history[name] = function (...args) {
    original.apply(this, args);
    if (Blazor.started) show();
  };
}
window.addEventListener('popstate', show);

window.addEventListener('beforeunload', event => {
  if ([...saves.values()].some(s => s.underWay)) event.preventDefault();
});

document.addEventListener('click', event => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  if (link.classList.contains('skip')) {
    // With a base address "#main" would lead to another page.
    event.preventDefault();
    document.getElementById('main').focus();
    return;
  }
  const url = new URL(link.href);
  const studio = url.pathname.startsWith(base.pathname + 'workflows') || /^\/workflows\/(definitions|instances)\//.test(url.pathname);
  if (url.origin !== location.origin || !studio) return;
  event.preventDefault();
  const path = url.pathname.replace(base.pathname, '').replace(/^\//, '');
  if (new URL(path, base).pathname !== location.pathname) go(path + url.search);
}, true);

// ---- The height that is left below our frame.
const fit = () => document.documentElement.style.setProperty('--designer-top', `${Math.ceil(place.getBoundingClientRect().top + window.scrollY)}px`);
new ResizeObserver(fit).observe(document.body);
fit();

state.textContent = place.dataset.starting;
// Without the table Studio speaks English, and works.
const asked = place.dataset.words ? readWords(place.dataset.words).catch(error => console.error(error)) : null;
// Dates are the union's, whichever zone the window's machine is in.
await Blazor.start({ configureRuntime: runtime => runtime.withEnvironmentVariable('TZ', place.dataset.zone) });
Blazor.started = true;
await customElements.whenDefined('elsa-backend-provider');
const table = await asked;
if (table) putWords(place, table);
state.replaceChildren();
show();
