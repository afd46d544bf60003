// <form data-autosave="/inbox/tasks/…/draft"> posts itself there two seconds after the last change. The answer is JSON
// {"savedAt":"08:12"} on the business clock; [data-autosave-status] in the form, a role="status", says so with its
// data-saved ("Đã lưu nháp lúc {0}.") or its data-failed. The antiforgery token goes along as a field of the form.
// Handing in ends the draft: one on its way is called back, or it would come to a task that is done and say that saving failed.
for (const form of document.querySelectorAll('form[data-autosave]')) {
  const status = form.querySelector('[data-autosave-status]');
  const say = words => { if (status && words) status.textContent = words; };
  let timer = 0;
  let running = false;
  let again = false;
  let handedIn = new AbortController();

  const save = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      const fields = new FormData(form);
      for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST',
        body: fields,
        redirect: 'error',
        signal: handedIn.signal,
        headers: { Accept: 'application/json', 'X-Requested-With': 'fetch' },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { savedAt } = await answer.json();
      say(status?.dataset.saved?.replace('{0}', savedAt));
    } catch (failure) {
      if (failure.name !== 'AbortError') say(status?.dataset.failed);
    } finally {
      running = false;
      if (again) {
        again = false;
        save();
      }
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  };
  form.addEventListener('input', later);
  form.addEventListener('change', later);
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    again = false;
    handedIn.abort();
  });
  addEventListener('pageshow', event => {
    if (event.persisted) handedIn = new AbortController();
  });
}
