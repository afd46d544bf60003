// What was typed into a form outlives an answer that did not take it: the session had ended, the form was too old, the network or the system failed.
// Such a page says so with [data-unsent-here]; the next page with the same form gets the words back. Pages with tokens are never kept by the browser itself.
// One form at a time, in this tab only, without passwords and files. Every other answer of ours shows what became of the words, and ends the keeping.
const key = 'unsent';
const read = () => {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = kept => {
  try {
    if (kept) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  } catch {
    // Full or forbidden: the form goes its way without.
  }
};
const addressOf = form => {
  const address = new URL(form.getAttribute('action') || location.href, location.href);
  return address.pathname + address.search;
};
const controlsOf = form => [...form.elements].filter(c => c.name && !c.name.startsWith('__') && c.matches('input, textarea, select')
  && !['hidden', 'password', 'file', 'submit', 'button'].includes(c.type));

const restore = kept => {
  const form = [...document.forms].find(f => f.method === 'post' && addressOf(f) === kept.address && controlsOf(f).length > 0);
  if (!form) return false;
  for (const control of controlsOf(form)) {
    const words = kept.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === 'radio' || control.type === 'checkbox') control.checked = words.includes(control.value);
    else if (control.multiple) for (const option of control.options) option.selected = words.includes(option.value);
    else if (words.length > 0) control.value = words[0];
  }
  const note = document.createElement('div');
  note.className = 'note';
  note.setAttribute('role', 'status');
  note.append(Object.assign(document.createElement('p'), { textContent: document.body.dataset.unsent }));
  form.before(note);
  form.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
};

const kept = read();
const refused = document.querySelector('[data-unsent-here]') !== null;
if (kept && refused) write({ ...kept, refused });
// Back from an address that gave no page of ours.
else if (kept && (kept.refused || performance.getEntriesByType('navigation')[0]?.type === 'back_forward')) {
  if (restore(kept)) write(null);
} else write(null);

if (!refused) {
  document.addEventListener('submit', event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post' || event.submitter?.formTarget) return;
    const names = new Set(controlsOf(form).map(c => c.name));
    write({ address: addressOf(form), fields: [...new FormData(form)].filter(([name]) => names.has(name)) });
  });
}
