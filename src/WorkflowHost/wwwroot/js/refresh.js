// [data-refresh-after="2000"]: the answer was 202, the page asks again by GET. A hidden tab waits until it is looked at.
const waiting = document.querySelector('[data-refresh-after]');
if (waiting) {
  const again = () => {
    if (document.hidden) document.addEventListener('visibilitychange', again, { once: true });
    else location.replace(location.href);
  };
  setTimeout(again, Number(waiting.dataset.refreshAfter));
}
