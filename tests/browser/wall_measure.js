// What is wrong with the wall that is on the page now, as seen from outside: boxes of cards, of text, and of what stands around.
() => {
  const faults = [];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const { innerWidth: width, innerHeight: height } = window;
  const round = (box) => [box.left, box.top, box.right, box.bottom].map((n) => Math.round(n * 10) / 10).join(' ');
  const area = (box) => box.right > box.left && box.bottom > box.top;
  const cover = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const within = (a, b, slack) => a.left >= b.left - slack && a.top >= b.top - slack && a.right <= b.right + slack && a.bottom <= b.bottom + slack;
  const union = (boxes) => ({
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  });
  const screen = { left: 0, top: 0, right: width, bottom: height };
  const range = document.createRange();
  // A box of text is as high as its letters may be, and those of some scripts are higher than the line: what stands out is not ink.
  const inkOf = (of, parent) => {
    const { left, top, right, bottom } = of.getBoundingClientRect();
    const one = of.getClientRects()[0]?.height ?? 0;
    const whole = parent.closest('.card, .cloud-word');
    const scale = (whole?.getBoundingClientRect().width ?? 1) / (whole?.offsetWidth ?? 1);
    const over = Math.max(0, (one - parseFloat(getComputedStyle(parent).lineHeight) * scale) / 2);
    return { left, top: top + over, right, bottom: bottom - over };
  };
  // A space at the end of a line may hang over the edge; a letter may not.
  const letterOutside = (node, place, slack) => {
    for (const { index, 0: letter } of node.data.matchAll(/\S/gu)) {
      range.setStart(node, index);
      range.setEnd(node, index + letter.length);
      const box = inkOf(range, node.parentElement);
      if (area(box) && !within(box, place, slack)) return `${round(box)} "${node.data.slice(Math.max(0, index - 20), index + 5)}"`;
    }
    return null;
  };
  const texts = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      // One line by design, with an ellipsis: the age of a post, which nobody needs whole.
      if (!node.data.trim() || node.parentElement.closest('.card-meta, title') || !seen(node.parentElement)) continue;
      range.selectNodeContents(node);
      const box = inkOf(range, node.parentElement);
      if (area(box)) found.push({ node, box });
    }
    return found;
  };
  const cut = (root) => [root, ...root.querySelectorAll('*')].filter((one) => one.clientWidth && !one.matches('.card-meta') && seen(one)
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2) && getComputedStyle(one).overflow !== 'visible');

  const things = [];
  const cards = [...document.querySelectorAll('#cards .card')].filter(seen);
  let smallest = Infinity;
  let shrunk = 1;
  let code = Infinity;
  for (const card of cards) {
    const name = `card ${card.dataset.post} ${card.className}`;
    const box = card.getBoundingClientRect();
    const scale = box.width / card.offsetWidth;
    // Behind a speaker the author stands beside the code, under the place of the post.
    const head = card.querySelector('.card-head');
    const apart = card.parentElement.dataset.layout === 'single' && getComputedStyle(head).position === 'absolute';
    things.push({ name, box, card });
    if (apart) things.push({ name: `author of ${card.dataset.post}`, box: head.getBoundingClientRect(), card });
    for (const { node, box: ink } of texts(card)) {
      const place = apart && head.contains(node) ? head.getBoundingClientRect() : box;
      const letter = within(ink, place, 1.5) ? null : letterOutside(node, place, 1.5);
      if (letter) faults.push(`text outside ${name} (${round(place)}): ${letter}`);
    }
    for (const one of cut(card)) faults.push(`cut in ${name}: ${one.className || one.tagName} ${one.clientWidth}x${one.clientHeight} holds ${one.scrollWidth}x${one.scrollHeight}`);
    for (const text of card.querySelectorAll('.post-text')) {
      smallest = Math.min(smallest, parseFloat(getComputedStyle(text).fontSize) * scale);
    }
    shrunk = Math.min(shrunk, card.classList.contains('spotlight') ? scale : 1);
  }
  const scene = document.documentElement.dataset.shows;
  const drawn = document.querySelector('#scene');
  const slides = drawn && seen(drawn) ? [] : scene === 'text' || scene === 'title' ? ['#plain-title', '#plain-text'] : ['.slide-words', '#slide .qr', '.slide-check'];
  // On a scene of the programme each line of words and each code is a thing of its own.
  const pieces = slides.length > 0 ? [] : [...drawn.querySelectorAll('.qr, p, h1, .row-clock, .row .late')].filter((one) => seen(one) && !one.matches('.row-time, .gone'));
  const around = ['.band-date', '.band-logo', '.band-title', '.band-more', '.band-clock', '#official', '#join .qr', '.join-words', ...(cards.length ? [] : slides)];
  for (const selector of around) {
    const one = document.querySelector(selector);
    if (!one || !seen(one)) continue;
    const inks = texts(one);
    // A line of words is where its words are; what is painted is where its box is.
    const box = /band|plain|words/.test(selector) && inks.length > 0 ? union(inks.map((each) => each.box)) : one.getBoundingClientRect();
    if (!area(box)) continue;
    if (selector === '#official') things.push({ name: selector, box: { left: Math.max(0, box.left), top: box.top, right: Math.min(width, box.right), bottom: box.bottom } });
    else things.push({ name: selector, box });
    for (const { node, box: ink } of inks) {
      const letter = within(ink, box, 2) ? null : letterOutside(node, box, 2);
      if (letter) faults.push(`text outside ${selector} (${round(box)}): ${letter}`);
    }
    for (const each of cut(one)) faults.push(`cut: ${selector} ${each.clientWidth}x${each.clientHeight} holds ${each.scrollWidth}x${each.scrollHeight}`);
  }
  for (const one of pieces) {
    const inks = texts(one);
    const box = inks.length > 0 ? union(inks.map((each) => each.box)) : one.getBoundingClientRect();
    if (!area(box)) continue;
    const name = `${one.className || one.tagName} "${one.textContent.slice(0, 24)}"`;
    things.push({ name, box });
    const own = one.getBoundingClientRect();
    for (const { node, box: ink } of inks) {
      // What runs out of its own place runs into another's, or would with one letter more.
      const letter = ink.left >= own.left - 2 && ink.right <= own.right + 2 ? null : letterOutside(node, { ...own.toJSON(), top: -1e6, bottom: 1e6 }, 2);
      if (letter) faults.push(`text outside ${name} (${round(own)}): ${letter}`);
    }
    for (const each of cut(one)) faults.push(`cut: ${name} ${each.clientWidth}x${each.clientHeight} holds ${each.scrollWidth}x${each.scrollHeight}`);
    for (let over = one.parentElement; over && over !== drawn; over = over.parentElement) {
      const edge = over.getBoundingClientRect();
      if (getComputedStyle(over).overflowX !== 'visible' && (box.left < edge.left - 1 || box.right > edge.right + 1)) faults.push(`cut: ${name} (${round(box)}) stands out of ${over.className} (${round(edge)})`);
    }
    if (one.matches('.qr')) code = Math.min(code, box.right - box.left, box.bottom - box.top);
  }
  // A card of the programme keeps to its paper, and a title card to the upper part: heads and a lectern stand before the rest.
  const paper = drawn?.querySelector('.now-card, .q-card');
  // Where it has a frame, words keep away from it.
  if (pieces.length > 0 && paper) for (const one of paper.querySelectorAll('p, h1, .qr')) for (const { box } of [...texts(one), ...(one.matches('.qr') ? [{ box: one.getBoundingClientRect() }] : [])]) if (!within(box, paper.getBoundingClientRect(), paper.clientLeft > 0 ? -2 * paper.clientLeft : 1)) faults.push(`off its card: ${one.className} ${round(box)}`);
  const official = seen(document.querySelector('#official'));
  if (pieces.length > 0 && scene === 'session' && !official) for (const { name, box } of things) if (box.bottom > height * 0.61 + 1) faults.push(`below 61 %: ${name} ${round(box)}`);
  things.forEach((a, n) => {
    if (!within(a.box, screen, 0.5)) faults.push(`outside the screen: ${a.name} ${round(a.box)}`);
    for (const b of things.slice(n + 1)) if (cover(a.box, b.box)) faults.push(`${a.name} (${round(a.box)}) covers ${b.name} (${round(b.box)})`);
  });
  // What must be read of a question or a poll.
  const read = pieces.filter((one) => one.matches('.poll-title, .poll-label, .told-over, .q-text, .asked-text, .cloud-text'));
  const type = read.length > 0 ? Math.min(...read.map((one) => (parseFloat(getComputedStyle(one).fontSize) * one.getBoundingClientRect().width) / one.offsetWidth)) : null;
  const tight = pieces.length > 0 ? parseFloat(drawn.style.getPropertyValue('--list')) : null;
  return { faults, cards: cards.length, smallest: smallest === Infinity ? null : smallest, shrunk, scene, pieces: pieces.length, code: code === Infinity || official ? null : code, tight, type };
}
