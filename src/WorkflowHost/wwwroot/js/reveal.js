// <button type="button" data-reveal="password" data-hide="Ẩn">Hiện</button> shows the password while it says "Ẩn".
for (const button of document.querySelectorAll('[data-reveal]')) {
  const input = document.getElementById(button.dataset.reveal);
  const words = button.textContent;
  const show = shown => {
    input.type = shown ? 'text' : 'password';
    button.textContent = shown ? button.dataset.hide : words;
    button.setAttribute('aria-pressed', String(shown));
  };
  button.addEventListener('click', () => show(input.type === 'password'));
  input.form.addEventListener('submit', () => show(false));
}
