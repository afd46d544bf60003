// Studio's own words in the reader's language. Its package knows English only and has no place to put words in, so the page puts them in behind it,
// before anything is painted. The table (data/studio-words.*.json) says what Studio writes and where names, values and the journal stand: there
// nothing is touched, so a definition called "Save" stays "Save". Attributes that Studio goes by (data-label) stay; their words stand beside them.
const Attributes = ['title', 'placeholder', 'aria-label'];
const Seconds = /^(\d\d\/\d\d\/\d{4} \d\d:\d\d):\d\d$/;

// An entry's own time, in the zone of the page already.
const Entry = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?$/;
const Longest = 400; // characters; nothing Studio writes is longer

/** Reads the table of a language. */
export async function readWords(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status} for the words of the designer`);
  return answer.json();
}

/** Puts the table's words in for everything that stands in the element, or comes to stand there. */
export function putWords(root, table) {
  const page = new Page(root, table);
  const observer = new MutationObserver(records => {
    page.take(records);
    observer.takeRecords(); // what we have just written
  });
  observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...Attributes, 'data-label'] });
  page.walk(root);
}

class Page {
  #root;
  #words;
  #patterns;
  #here;
  #elsewhere;
  #data;
  #own;
  #table;
  #english = new WeakMap(); // text node: what Studio wrote
  #dialogOfData = false;

  constructor(root, table) {
    this.#root = root;
    this.#table = table;
    this.#words = new Map(Object.entries(table.words));
    this.#patterns = table.patterns.map(([pattern, words]) => [new RegExp(pattern), words]);
    this.#here = table.here;
    this.#elsewhere = new Set(table.here.flatMap(h => Object.keys(h.words)));
    this.#data = table.data.join(',');
    this.#own = table.own.join(',');
    // A dialog is titled by what it was opened from, which may be somebody's name for it.
    for (const kind of ['click', 'keydown'])
      root.addEventListener(kind, event => { this.#dialogOfData = this.#isOfData(event.target); }, { capture: true, passive: true });
  }

  take(records) {
    const seen = new Set();
    for (const { type, target, addedNodes, attributeName } of records) {
      if (type === 'characterData') this.#text(target);
      else if (type === 'attributes') this.#attribute(target, attributeName);
      else if (!target.closest?.('.monaco-editor, .x6-graph')) for (const node of addedNodes) {
        if (seen.has(node) || !node.isConnected) continue;
        seen.add(node);
        this.walk(node);
      }
    }
  }

  walk(start) {
    if (start.nodeType === Node.TEXT_NODE) return this.#text(start);
    if (start.nodeType !== Node.ELEMENT_NODE || start.matches('.monaco-editor, .x6-graph')) return;
    this.#element(start);
    const walker = document.createTreeWalker(start, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
      acceptNode: node => node.nodeType === Node.ELEMENT_NODE && node.matches('.monaco-editor, .x6-graph') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    });
    while (walker.nextNode()) {
      if (walker.currentNode.nodeType === Node.TEXT_NODE) this.#text(walker.currentNode);
      else this.#element(walker.currentNode);
    }
  }

  #element(element) {
    for (const name of Attributes) if (element.hasAttribute(name)) this.#attribute(element, name);
    if (element.hasAttribute('data-label')) this.#attribute(element, 'data-label');
  }

  #attribute(element, name) {
    const text = element.getAttribute(name)?.trim();
    if (name === 'data-label') {
      // The heads of columns, which a narrow window shows before each value.
      const words = this.#words.get(text) ?? text ?? '';
      if (element.getAttribute('data-words') !== words) element.setAttribute('data-words', words);
      return;
    }
    if (!text || text.length > Longest) return;
    const words = this.#find(text, element);
    if (words !== undefined && words !== text && this.#isOwn(element, text)) element.setAttribute(name, words);
  }

  #text(node) {
    const text = node.data.trim();
    const element = node.parentElement;
    if (!text || text.length > Longest || !element) return;
    const time = Seconds.exec(text);
    if (time) {
      if (element.closest('td[data-label$="At"]') || this.#isOwnPanel(element.closest('.hover-row'))) node.data = node.data.replace(text, time[1]);
      return;
    }
    const entry = Entry.exec(text);
    if (entry) {
      if (this.#isOwnPanel(element.closest('.hover-row'))) node.data = node.data.replace(text, `${entry[3]}/${entry[2]}/${entry[1]} ${entry[4]}`);
      return;
    }
    const words = this.#find(text, element);
    if (words === undefined) return;
    // What happened stands last in a line of the journal, behind the step's name.
    const happened = node === element.lastChild && element.matches('.mud-timeline .mud-typography-subtitle2') && node.previousSibling !== null;
    if (!happened && !this.#isOwn(element, text)) return;
    this.#english.set(node, text);
    if (words !== text) node.data = node.data.replace(text, () => words);
  }

  #find(text, element) {
    if (this.#elsewhere.has(text)) {
      for (let e = element; e && e !== this.#root; e = this.#above(e)) {
        const here = this.#here.find(h => h.words[text] && e.matches(h.at) && !(h.not && e.matches(h.not)));
        if (here) return here.words[text];
      }
    }
    const words = this.#words.get(text);
    if (words !== undefined) return words;
    for (const [pattern, replacement] of this.#patterns) if (pattern.test(text)) return text.replace(pattern, replacement);
    return undefined;
  }

  // What opens over the page stands at its end, and belongs where it was opened from.
  #above(element) {
    const from = element.id.startsWith('popovercontent-') ? document.getElementById(element.id.replace('popovercontent-', 'popover-')) : null;
    return from ?? element.parentElement;
  }

  // The nearest place that says whose words stand there decides.
  #isOwn(element, text) {
    let isValue = false; // a choice of a list, or the value of a field
    let isTick = false;
    for (let e = element; e && e !== this.#root; e = this.#above(e)) {
      if (e.matches(this.#own)) return true;
      if (e.matches('.mud-dialog-title')) return !this.#dialogOfData;
      if (e.matches('.hover-row > td')) return this.#isOwnCell(e, text);
      // A field within a field of the same kind: the outer one knows where it stands.
      if (e.matches('.mud-select, .mud-select-extended') && e.parentElement.matches('.mud-select, .mud-select-extended')) continue;
      if (e.matches('.mud-select, .mud-select-extended')) return !this.#isForeign(e) && (!isValue || e.parentElement.matches(this.#own) || this.#table.choices.includes(this.#labelOf(e)));
      if (e.matches('.mud-input-control') && this.#isForeign(e)) return false;
      if (e.matches(this.#data)) return false;
      if (e.matches('.mud-checkbox, .mud-switch')) isTick = true;
      else if (e.matches('.mud-list-item, .mud-list-item-extended') || (e.matches('.mud-input-slot') && !isTick)) isValue = true;
    }
    return !isValue;
  }

  // Fields of an activity's inputs and outputs carry the names that descriptors and designers gave them.
  #isForeign(field) {
    const panel = field.closest('[id*="-tabpanel-"]');
    const tab = panel && document.getElementById(panel.id.replace('-tabpanel-', '-tab-'));
    if (tab && this.#table.foreignTabs.includes(this.#englishOf(tab))) return true;
    const section = field.closest('form.mud-form div:has(> .mud-typography-overline)')?.querySelector(':scope > .mud-typography-overline');
    return section != null && this.#table.foreignSections.includes(this.#englishOf(section));
  }

  #isOwnCell(cell, text) {
    const title = this.#titleOf(cell);
    if (!(title in this.#table.panels)) return false;
    return cell === cell.parentElement.firstElementChild ? this.#table.panelLabels.includes(text)
      : this.#table.panels[title].includes(this.#englishOf(cell.parentElement.firstElementChild));
  }

  #isOwnPanel(row) {
    return row != null && this.#titleOf(row) in this.#table.panels && this.#table.panelLabels.includes(this.#englishOf(row.firstElementChild));
  }

  #isOfData(element) {
    if (!(element instanceof Element)) return false;
    const row = element.closest('.hover-row');
    if (row) return !this.#isOwnPanel(row);
    const field = element.closest('[id*="-tabpanel-"] form.mud-form > * > *, .mud-input-control');
    return field !== null && this.#isForeign(field);
  }

  #titleOf(inside) {
    const title = inside.closest('.mud-simple-table')?.previousElementSibling;
    return title?.matches('.mud-typography-overline') ? this.#englishOf(title) : '';
  }

  #labelOf(field) {
    const label = field.querySelector('label.mud-input-label');
    return label ? this.#englishOf(label) : '';
  }

  #englishOf(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data.trim();
      if (text) return this.#english.get(walker.currentNode) ?? text;
    }
    return '';
  }
}
