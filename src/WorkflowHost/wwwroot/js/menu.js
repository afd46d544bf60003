// Folds the navigation on a phone. Without script the stylesheet leaves it open.
for (const button of document.querySelectorAll('[data-menu]')) {
  const menu = document.getElementById(button.getAttribute('aria-controls'));
  const set = open => {
    button.setAttribute('aria-expanded', String(open));
    menu.toggleAttribute('data-open', open);
  };
  button.addEventListener('click', () => set(button.getAttribute('aria-expanded') !== 'true'));
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && menu.hasAttribute('data-open')) {
      set(false);
      button.focus();
    }
  });
}
